import { Command, INTERRUPT, isInterrupted } from '@langchain/langgraph';
import { askPerson, type ApprovalHandler, type Question } from '../graphs/approve.ts';
import { drpo, searchSystemPrompt, type DrpoOptions, type StopCriterion } from '../graphs/index.ts';
import { runAsStep } from '../graphs/evaluateCandidate.ts';
import { resolveSearchOptions } from '../graphs/searchOptions.ts';
import { getErrorMessage, SearchError } from '../state/failure.ts';
import type { Example, Query } from '../state/example.ts';
import { describeProofShortage } from './describeProofShortage.ts';
import { estimateRunCalls } from './estimateRunCalls.ts';
import type { OptimizeEventHandler } from './events.ts';
import { findBestSoFar } from './findBestSoFar.ts';
import type { Checkpoints } from './openCheckpoints.ts';
import type { readData } from './config/readData.ts';
import type { JudgeReliability, SearchOutcome, OptimizeResult } from './result.ts';
import { measureJudgeReliability } from './judgeReliability.ts';
import { requireDecision } from './requireDecision.ts';
import { createRunControl } from './runControl.ts';
import { createSearchRecorder } from './searchRecorder.ts';
import type { Session } from './session.ts';
import { classifyStop, STOP_GRACE_MS } from './stopRun.ts';
import { traceRun } from './tracing/traceRun.ts';
import { writeResult } from './writeResult.ts';

type DrpoGraph = ReturnType<typeof drpo>;
type SearchGraph = ReturnType<typeof searchSystemPrompt>;
type OutcomeWithExamples = SearchOutcome & { examples: readonly Example[] };

export interface RunSearchOptions {
  onEvent?: OptimizeEventHandler | undefined;
  /** What was read, in words. */
  description?: string | undefined;
  /** Ends the run early: calls in flight are waited for, and the best prompt so far is the result. */
  signal?: AbortSignal | undefined;
  /** Asked about each level before it is ranked; the run waits for the answer. */
  approve?: ApprovalHandler | undefined;
  /** A branch: stage 2 alone, from the level that `begin` writes into its thread. */
  branch?: {
    begin: (graph: SearchGraph, thread: Checkpoints['thread']) => Promise<void>;
    about: NonNullable<OptimizeResult['branch']>;
  };
}

/** Runs a session's search from where it stopped to its result, and reports its start and its end. */
export async function runSearch(
  session: Session,
  data: Awaited<ReturnType<typeof readData>>,
  options: RunSearchOptions,
): Promise<OptimizeResult> {
  const { folder, gateway } = session;
  const { onEvent, signal, description } = options;
  const search = resolveSearchOptions(session.options);
  const levels = Math.min(search.depth, data.queries.length) - 1;
  const control = createRunControl(
    gateway,
    levels,
    (calls) => void onEvent?.({ type: 'stopping', calls, graceMs: STOP_GRACE_MS }),
  );
  const stop = (): void => void control.act('stop');
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  const notes: string[] = [];
  const finish = async (result: OptimizeResult | null, error?: unknown): Promise<void> => {
    if (result) control.end();
    else control.fail(getErrorMessage(error));
    await onEvent?.({ type: 'finished', folder: folder.path, result, error, notes });
  };
  let result: OptimizeResult;
  try {
    await session.checkpoints(); // may leave a damaged journal behind
    const getUsage = () => gateway.getUsageTotals();
    const judgedBefore = folder.nodes();
    const about = description === undefined ? {} : { data: description };
    const shortage = describeProofShortage(session.config, data.queries);
    const proof = shortage === null ? {} : { proof: shortage };
    await onEvent?.({
      type: 'started',
      folder: folder.path,
      ...about,
      ...proof,
      levels,
      expectedCalls: options.branch ? null : estimateRunCalls(session.config, search, data),
      judgedBefore,
      getUsage,
      control,
    });
    result = await searchToEnd(session, data, options, notes);
  } catch (error) {
    await session.recordFailure(error);
    await finish(null, error);
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  await finish(result);
  return result;
}

async function searchToEnd(
  session: Session,
  data: Awaited<ReturnType<typeof readData>>,
  { onEvent, approve, branch }: RunSearchOptions,
  notes: string[],
): Promise<OptimizeResult> {
  const { config, folder, gateway } = session;
  const { saver, thread } = await session.checkpoints();
  const started = performance.now();
  const recording = createRecordingOptions(session, onEvent, approve);
  const graph = await createGraph(session, { ...recording, checkpointer: saver }, thread, branch);
  // not `next`, which is also empty if all tasks of the last step are done and only the step is not concluded
  const { tasks } = await graph.getState(thread);
  const tracing = await traceRun(session);
  const end = (outcome: OutcomeWithExamples, reliability: JudgeReliability | null = null): OptimizeResult => {
    const seconds = (performance.now() - started) / 1000;
    const about = branch ? { branch: branch.about } : {};
    return writeResult({ config, folder, tally: gateway.getUsageTotals(), seconds, reliability, about }, outcome);
  };
  try {
    const input = tasks.length ? null : data;
    const search = createSearchStep(session, graph, approve, data.queries);
    const { outcome, reliability } = await search(input, { ...thread, ...tracing.config });
    await gateway.checkNames();
    const { difference = null, proof = [] } = outcome.final ?? {};
    if (difference) void onEvent?.({ type: 'proofUpdated', ...difference, queries: proof.length });
    return end(outcome, reliability);
  } catch (error) {
    const reason = classifyStop(error);
    if (reason === null) throw error;
    await gateway.drain();
    const best = await findBestSoFar(graph, thread, config, data.examples, folder.nodes());
    return end({ ...best, stoppedBy: reason });
  } finally {
    notes.push(...(await tracing.flush()));
  }
}

/** The graph's options, with what it reports to the run's folder and to the listener of its events. */
function createRecordingOptions(
  { options, folder, checkReplies }: Session,
  onEvent: OptimizeEventHandler | undefined,
  approve: ApprovalHandler | undefined,
) {
  const { recordJudged, recordRejected } = createSearchRecorder(folder, onEvent);
  return {
    ...options,
    ...(approve && { approve: askPerson(resolveSearchOptions(options)) }),
    stop: [createLevelListener(checkReplies, onEvent), ...(options.stop ?? [])],
    journal: recordJudged,
    onRejected: recordRejected,
  } satisfies DrpoOptions;
}

/** Checks the replies and reports the level once a level is ranked; never ends the search. */
function createLevelListener(checkReplies: () => void, onEvent: OptimizeEventHandler | undefined): StopCriterion {
  let last = -1;
  return ({ level, beam }) => {
    checkReplies();
    const [best] = beam;
    if (level <= last || !best) return null;
    last = level;
    const { prompt: bestPrompt, depth } = best;
    const value = depth === 0 ? null : best.value; // the first prompt's path holds no reward but its own
    void onEvent?.({ type: 'levelRanked', level, beam: beam.map(({ id }) => id), bestPrompt, value });
    return null;
  };
}

/** DRPO; for a branch only its second stage, with the level that it starts with in its thread. */
async function createGraph(
  { nodes }: Session,
  options: DrpoOptions,
  thread: Checkpoints['thread'],
  branch: RunSearchOptions['branch'],
): Promise<DrpoGraph> {
  if (!branch) return drpo(nodes, options);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a branch's strategies all are Algorithm 2's graph, whose output is DRPO's
  const stage2 = (options.strategy ?? searchSystemPrompt)(nodes, options) as SearchGraph;
  await branch.begin(stage2, thread);
  return stage2;
}

/** The search with a person's answers, then the second judgements: one trace. */
const createSearchStep = (
  session: Session,
  graph: DrpoGraph,
  approve: RunSearchOptions['approve'],
  queries: readonly Query[],
) =>
  runAsStep<Parameters<DrpoGraph['invoke']>[0], { outcome: OutcomeWithExamples; reliability: JudgeReliability | null }>(
    'drpo',
    async (input, config) => {
      const { recursionLimit: _, ...inherited } = config; // the step's own, 25: the graph knows how far it goes
      let outcome = await graph.invoke(input, inherited);
      while (isInterrupted<Question>(outcome))
        outcome = await graph.invoke(
          new Command({ resume: await requireDecision(approve, outcome[INTERRUPT][0]?.value) }),
          inherited,
        );
      session.checkReplies(true);
      requireResponse(session);
      return {
        outcome,
        reliability: await measureJudgeReliability(session, () => session.folder.nodes(), queries, config),
      };
    },
  );

/** @throws SearchError if the base model answered no query at all */
function requireResponse({ folder, config }: Session): void {
  const missing = folder.nodes().map((node) => node.missing ?? '');
  if (missing.length === 0 || !missing.every((reason) => reason.startsWith('no response'))) return;
  const { base } = config.models;
  const advice =
    'api' in base && base.api === 'completions' && config.examples.k === 0
      ? '; a base model without a chat template needs examples of answers (examples.file, or examples.from: queries)'
      : '';
  throw new SearchError(
    `no query was answered, so nothing could be judged; the last one got ${missing.at(-1)}${advice}`,
  );
}
