import { DEFAULT_FINAL, resolveFinal } from '../../graphs/finalOptions.ts';
import { createUsageTotals, type UsageTotals } from '../../models/cache/usageTotals.ts';
import { toExitCode, type CommandOptions } from '../../run/commandResult.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { readConfigExamples } from '../../run/config/readData.ts';
import { UserError } from '../../run/config/userError.ts';
import { describeProofJudge } from '../../run/describeJudge.ts';
import { describeModel, hashText } from '../../run/describeModel.ts';
import { hashReplacements } from '../../run/hashReplacements.ts';
import { Progress } from '../../run/progress.ts';
import { resolveModelNames } from '../../run/resolveModelNames.ts';
import type { RunFolder } from '../../run/runFolder.ts';
import { openSession, type Session } from '../../run/session.ts';
import { classifyStop } from '../../run/stopRun.ts';
import { runInSession } from '../../run/runInSession.ts';
import { openResultFolder } from '../experiments/openResultFolder.ts';
import { askHeldOutQueries, type AskedComparison } from './askHeldOutQueries.ts';
import { buildComparisons, type ComparedAnswers, type ComparisonOutcome } from './comparisonOutcome.ts';
import { listHeldOutQueries } from './listHeldOutQueries.ts';
import { hashComparedPrompt, listSearchedQueries, readComparedPrompts, type Operand } from './operands.ts';

/** What is compared, and where the answers are kept. */
export interface CompareOptions extends CommandOptions {
  /** The first is the one that the others are compared with. */
  operands: readonly Operand[];
  /** What the command line sets of the config. */
  set?: readonly string[];
  /** A file of held-out queries. Default: the config's. */
  queries?: string | undefined;
  /** Points of 5, 0 to 4: a prompt that is shown to be worse by as many fails. */
  failIfWorse?: number | undefined;
}

/** How a comparison ended, with its exit code: 4 if a prompt fails. */
export interface CompareResult {
  exitCode: 0 | 3 | 4 | 130;
  outcome: ComparisonOutcome;
}

/** A comparison whose prompts and queries are known. */
interface PreparedComparison extends AskedComparison {
  config: Config;
  notes: string[];
}

type MeasuredAnswers = Pick<ComparisonOutcome, 'answers' | 'stoppedBy' | 'seconds'>;
type SpentUsage = Pick<UsageTotals, 'calls' | 'retries' | 'tokens' | 'usd'>;

/**
 * Compares prompts with the first of them on the same held-out queries. A prompt that is the first one itself is not asked.
 * @throws UserError if an operand, a file or the folder cannot be used, SearchError if too many answers are missing
 */
export async function comparePrompts(given: Config, options: CompareOptions): Promise<CompareResult> {
  const prepared = await prepareComparison(given, options);
  if (prepared.unchanged.slice(1).every(Boolean))
    return conclude(prepared, options, { answers: [], stoppedBy: null, seconds: 0 }, null, createUsageTotals());
  const modules = await hashReplacements(prepared.config, {}, {});
  const { handle: onEvent } = new Progress(options.screen);
  const session = await openSession(prepared.config, () => openComparisonFolder(prepared, options, modules), {
    onEvent,
  });
  return runInSession(session, async () => {
    const measured = await measureAnswers(session, prepared, options);
    const result = conclude(prepared, options, measured, session.folder.path, session.gateway.getUsageTotals());
    session.folder.write('result.json', result.outcome);
    return result;
  });
}

async function prepareComparison(
  given: Config,
  { operands, out, fresh, set, queries: file }: CompareOptions,
): Promise<PreparedComparison> {
  if (operands.length < 2)
    throw new UserError(
      `compare: expected two prompts or more, got ${operands.length}; name the one to compare with first`,
    );
  const config = await resolveModelNames(given, fresh ? undefined : out);
  const prompts = await readComparedPrompts(operands, config, await readConfigExamples(config), set);
  const ids = prompts.map(hashComparedPrompt);
  const { queries, note } = await listHeldOutQueries(config, {
    file,
    asked: listSearchedQueries(operands),
  });
  return {
    config: { ...config, models: { ...config.models, base: prompts[0]?.base ?? config.models.base } },
    prompts,
    unchanged: ids.map((id, i) => i > 0 && id === ids[0]),
    queries,
    notes: note === null ? [] : [note],
  };
}

/**
 * Opens the folder of comparisons of one config. Its answers serve all of them. Its calls are those of the last one, so that a
 * budget holds for each comparison.
 */
function openComparisonFolder(
  { config, prompts, queries }: PreparedComparison,
  { out, fresh }: CompareOptions,
  modules: Record<string, string>,
): RunFolder {
  const folder = openResultFolder(
    config,
    { out, fresh },
    { kind: 'comparison', prefix: 'compare', subject: { modules } },
  );
  const id = hashText(JSON.stringify([prompts.map(hashComparedPrompt), queries]));
  if (folder.isDamaged(COMPARED_FILE) || folder.readJson(COMPARED_FILE) !== id) folder.remove('calls.jsonl');
  folder.write(COMPARED_FILE, JSON.stringify(id));
  return folder;
}

/** Says which comparison the folder's calls.jsonl belongs to. */
const COMPARED_FILE = 'compared.json';

/** Asks and judges; a spent budget or Ctrl-C ends it early with what there is. @throws SearchError if too many answers are missing */
async function measureAnswers(
  session: Session,
  prepared: PreparedComparison,
  { screen }: CompareOptions,
): Promise<MeasuredAnswers> {
  const startedMs = performance.now();
  const answers: ComparedAnswers[] = prepared.queries.map(({ query, details: { expected, weight } }) => ({
    query,
    ...(weight !== undefined && { weight }),
    ...(expected !== undefined && { expected }),
    answers: prepared.prompts.map(() => null),
  }));
  const measure = (stoppedBy: ComparisonOutcome['stoppedBy']): MeasuredAnswers => ({
    answers,
    stoppedBy,
    seconds: (performance.now() - startedMs) / 1000,
  });
  try {
    await askHeldOutQueries(session, prepared, answers, screen);
    session.checkReplies(true);
    await session.gateway.checkNames();
    return measure(null);
  } catch (error) {
    const stoppedBy = classifyStop(error);
    if (stoppedBy === null) throw error;
    await session.gateway.drain();
    return measure(stoppedBy);
  }
}

function conclude(
  { config, prompts, unchanged, queries, notes }: PreparedComparison,
  { failIfWorse }: CompareOptions,
  { answers, stoppedBy, seconds }: MeasuredAnswers,
  folder: string | null,
  { calls, retries, tokens, usd }: SpentUsage,
): CompareResult {
  const built = buildComparisons({
    prompts: prompts.map(({ name, prompt, base }) => ({ name, prompt, base: describeModel(base) })),
    unchanged,
    answers,
    proof: resolveFinal(config.final ?? DEFAULT_FINAL).proof,
    judge: describeProofJudge(config),
    failIfWorse: failIfWorse ?? null,
    isStopped: stoppedBy !== null,
  });
  const failed = built.comparisons.some(({ isFailed }) => isFailed);
  return {
    exitCode: stoppedBy !== null ? toExitCode(stoppedBy) : failed ? 4 : 0,
    outcome: {
      ...built,
      failIfWorse: failIfWorse ?? null,
      queries: answers.length === 0 ? 0 : queries.length,
      answers: [...answers],
      notes,
      stoppedBy,
      calls,
      retries,
      tokens,
      usd,
      seconds,
      folder,
    },
  };
}
