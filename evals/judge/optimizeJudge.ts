import { join } from 'node:path';
import { createVerdict, createUnchangedVerdict } from '../../graphs/final/createVerdict.ts';
import { DEFAULT_FINAL, resolveFinal } from '../../graphs/finalOptions.ts';
import { drpo } from '../../graphs/index.ts';
import type { UsageTotals } from '../../models/index.ts';
import { JUDGE_INSTRUCTIONS } from '../../prompts/judge.ts';
import { toExitCode, type CommandResult } from '../../run/commandResult.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { UserError } from '../../run/config/userError.ts';
import { describeModel, formatModelName, hashText } from '../../run/describeModel.ts';
import { Progress } from '../../run/progress.ts';
import { resolveModelNames } from '../../run/resolveModelNames.ts';
import { findBestJudged } from '../../run/result.ts';
import { openSession, type Session } from '../../run/session.ts';
import { classifyStop } from '../../run/stopRun.ts';
import { runInSession } from '../../run/runInSession.ts';
import { traceRun } from '../../run/tracing/traceRun.ts';
import type { Hypothesis } from '../../state/hypothesis.ts';
import { computeReward } from '../../state/judgement.ts';
import type { ProofVerdict } from '../../state/verdict.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { openResultFolder } from '../experiments/openResultFolder.ts';
import { sampleEvenly } from '../justEval/instructions.ts';
import { listGroups } from './clusterFigures.ts';
import type { JudgeLabelsOptions } from './compareJudgeWithLabels.ts';
import { judgeResponses } from './judgeResponses.ts';
import { createJudgeSearch, measureLabelAgreement } from './judgeSearchNodes.ts';
import { toLabelPairs, type JudgedResponse } from './labelledResponse.ts';
import { measureJudge, type JudgeMeasures } from './measureJudge.ts';
import { readLabels, type LabelSet } from './readLabels.ts';
import { splitLabels, type LabelHalves } from './splitLabels.ts';

/** What the optimizer is told of the prompt that it rewrites. */
const JUDGE_TASK =
  'The system prompt instructs a judge. The judge reads a query and an assistant’s response, and scores the response on a few criteria with 1 to 5 points each. It is to give the points that people give. The form of its reply and the criteria are not part of the prompt.';

/** The file of the instructions in the folder, which `judge.instructions` takes. */
const INSTRUCTIONS_FILE = 'instructions.txt';

/** The result of `judge --optimize`. */
export interface JudgeSearchReport extends Pick<UsageTotals, 'calls' | 'retries' | 'tokens' | 'usd'> {
  title: string;
  /** The instructions that were found, and the file that holds them. */
  instructions: string;
  file: string;
  /** Labelled responses of either half, and the levels of the search. */
  searched: number;
  reported: number;
  levels: number;
  /** The judge on the half that the search never saw, with its own instructions and with those found. Null: the search was stopped. */
  before: JudgeMeasures | null;
  after: JudgeMeasures | null;
  /** The points by which the judge comes closer to the labels, a mean over queries. Null: the search was stopped. */
  verdict: ProofVerdict | null;
  notes: string[];
  stoppedBy: 'budget' | 'interrupted' | null;
  seconds: number;
  folder: string;
}

/**
 * Searches the judge's instructions on half of the labels, and reports on the other half how it agrees with them.
 * @throws UserError if the config, the file or the folder cannot be used
 */
export async function optimizeJudge(
  given: Config,
  options: JudgeLabelsOptions,
): Promise<CommandResult<JudgeSearchReport>> {
  requireOwnJudge(given);
  const read = await readLabels(options.labels, given.rewards.criteria);
  const labels = { ...read, responses: sampleEvenly(read.responses, options.limit) };
  const halves = splitLabels(labels.responses, given.queries.seed);
  const initialPrompt = given.judge.instructions?.text ?? JUDGE_INSTRUCTIONS[given.judge.tone].prompt;
  const config = await resolveModelNames(
    {
      ...given,
      initialPrompt,
      task: JUDGE_TASK,
      mustKeep: [],
      examples: { ...given.examples, k: 0, rewrite: false },
      rewards: { ...given.rewards, checks: [] },
    },
    options.fresh ? undefined : options.out,
  );
  const training = { queries: halves.search.flatMap(({ query, response }) => [query, response]), examples: [] };
  const subject = { labels: hashText(JSON.stringify(labels)), optimize: true };
  const session = await openSession(
    config,
    () => openResultFolder(config, options, { kind: 'labels', prefix: 'judge', subject }),
    { onEvent: new Progress(options.screen).handle, replacements: { training: async () => training } },
  );
  return runInSession(session, async () => {
    const report = await searchAndReport(session, labels, halves, options);
    session.folder.writeAll({ [INSTRUCTIONS_FILE]: report.instructions });
    session.folder.write('result.json', report);
    const exitCode = report.stoppedBy === null ? 0 : toExitCode(report.stoppedBy);
    return { exitCode, outcome: report, folder: session.folder.path };
  });
}

function requireOwnJudge({ rewards, nodes, preset, judge }: Config): void {
  if (rewards.mode === 'checks')
    throw new UserError('rewards.mode: expected "dynamic" or "static", got "checks", which asks no judge; change it');
  if (nodes !== undefined)
    throw new UserError(
      `nodes: expected none with --optimize, which searches the instructions of drpo’s own judge, got ${nodes}; leave it out`,
    );
  if (preset === 'reference')
    throw new UserError('preset: expected "default" with --optimize, got "reference"; change it');
  if (judge.remarks === 'when-rewritten')
    throw new UserError(
      'judge.remarks: expected "always" with --optimize, whose optimizer reads the judge’s reasons, got "when-rewritten"; change it',
    );
}

async function searchAndReport(
  session: Session,
  { rewards, notes }: LabelSet,
  { search, report }: LabelHalves,
  { screen }: JudgeLabelsOptions,
): Promise<JudgeSearchReport> {
  const { config, gateway, folder } = session;
  const { initialPrompt } = config;
  const startedMs = performance.now();
  const trace = await traceRun(session, { command: 'judge --optimize' });
  const nodes: Hypothesis[] = [];
  const journal = (node: Hypothesis): void => {
    nodes.push(node);
    if (node.reward !== null && node.index === 0)
      screen?.write(`level ${node.depth}: agreement ${node.reward.toFixed(2)} of 5\n`);
  };
  let found: Pick<JudgeSearchReport, 'instructions' | 'levels' | 'before' | 'after' | 'verdict' | 'stoppedBy'>;
  try {
    const parts = createJudgeSearch({
      nodes: session.nodes,
      responses: search,
      rewards,
      createJudge: session.createJudge,
    });
    const graph = drpo(parts.nodes, { ...session.options, initialPrompt, journal });
    const { bestPrompt, levels } = await graph.invoke(
      { queries: parts.queries, examples: [] },
      { ...trace.config, configurable: { thread_id: 'judge' } },
    );
    const judgeHalf = (instructions: string): Promise<JudgedResponse[]> =>
      judgeAll(session, instructions, { responses: report, rewards }, trace.config);
    const [before, after] = await Promise.all([judgeHalf(initialPrompt), judgeHalf(bestPrompt)]);
    session.checkReplies(true);
    found = {
      instructions: bestPrompt,
      levels,
      before: measureJudge(toLabelPairs(before)),
      after: measureJudge(toLabelPairs(after)),
      verdict: compareAgreement(before, after, config, bestPrompt === initialPrompt),
      stoppedBy: null,
    };
  } catch (error) {
    const stoppedBy = classifyStop(error);
    if (stoppedBy === null) throw error;
    await gateway.drain();
    const { bestPrompt, levels } = findBestJudged(nodes, initialPrompt);
    found = { instructions: bestPrompt, levels, before: null, after: null, verdict: null, stoppedBy };
  } finally {
    for (const line of await trace.flush()) screen?.write(`${line}\n`);
  }
  const { calls, retries, tokens, usd } = gateway.getUsageTotals();
  const name = formatModelName(describeModel(config.models.judge));
  return {
    title: `${name}: instructions searched on ${search.length} labelled responses, reported on ${report.length} others`,
    ...found,
    file: join(folder.path, INSTRUCTIONS_FILE),
    searched: search.length,
    reported: report.length,
    notes,
    calls,
    retries,
    tokens,
    usd,
    seconds: (performance.now() - startedMs) / 1000,
    folder: folder.path,
  };
}

async function judgeAll(
  { config: { concurrency }, createJudge }: Session,
  instructions: string,
  { responses, rewards }: Pick<LabelSet, 'responses' | 'rewards'>,
  config: Awaited<ReturnType<typeof traceRun>>['config'],
): Promise<JudgedResponse[]> {
  const byIndex: JudgedResponse[] = [];
  await judgeResponses({
    responses,
    rewards,
    judge: createJudge(instructions),
    inFlight: concurrency,
    onJudged: (judged, index) => void (byIndex[index] = judged),
    config,
  });
  return byIndex;
}

/** The verdict on how much closer to the labels the judge comes, in points. Each query counts once. */
function compareAgreement(
  before: readonly JudgedResponse[],
  after: readonly JudgedResponse[],
  { final }: Config,
  isUnchanged: boolean,
): ProofVerdict {
  const settings = resolveFinal(final ?? DEFAULT_FINAL).proof;
  if (isUnchanged) return createUnchangedVerdict(settings.margin);
  const agreement = (judged: JudgedResponse | undefined): number | null =>
    judged ? computeReward(measureLabelAgreement(judged, judged.evaluation)) : null;
  const pairs = before.map((one, i) => ({ query: one.query, was: agreement(one), is: agreement(after[i]) }));
  const fresh = listGroups(pairs, ({ query }) => query).flatMap(
    (own) => computeMean(own.flatMap(({ was, is }) => (was === null || is === null ? [] : [is - was]))) ?? [],
  );
  return createVerdict({ fresh }, settings, { judge: null });
}
