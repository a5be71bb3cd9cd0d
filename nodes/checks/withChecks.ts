import type { Check } from '../../state/check.ts';
import { toCheckName } from '../../state/toCheckName.ts';
import { isFatal, getErrorMessage } from '../../state/failure.ts';
import type { Evaluation, Score } from '../../state/judgement.ts';
import type { Judge } from '../node.ts';
import { runCheck, type CheckedResponse, type CheckTools } from './runCheck.ts';

/** Options of `withChecks`. */
export interface CheckOptions {
  /** Checks of every response; those of a query come with it. */
  checks?: readonly Check[];
  /** What checks need of the world; without it no check may name a module. */
  tools?: CheckTools | undefined;
}

/**
 * Adds checks to a judge: each is a further aspect with 1 to 5 points and a remark. Without a judge the checks decide alone.
 * A judgement is missing if any part of it is, or if nothing judges the response.
 */
export function withChecks(judge: Judge | undefined, { checks = [], tools = NO_TOOLS }: CheckOptions): Judge {
  return async function judgeWithChecks(reads, config) {
    const own = reads.checks ?? [];
    const all = [...checks, ...own];
    if (judge && all.length === 0) return judge(reads, config);
    const [judged, checked] = await Promise.all([judge?.(reads, config), evaluateChecks(all, reads, tools, own)]);
    const missing = judged?.missing ?? checked.missing;
    if (missing !== undefined) return { evaluation: {}, missing };
    const evaluation = { ...judged?.evaluation, ...renameClashes(checked.evaluation, judged?.evaluation ?? {}) };
    return Object.keys(evaluation).length > 0
      ? { evaluation }
      : { evaluation, missing: 'no check concerns this query' };
  };
}

/** How the reason for a judgement begins that a check failed to make. */
export const CHECK_PREFIX = 'check ';

const NO_TOOLS: CheckTools = {
  importFunction: (module) =>
    Promise.reject(new Error(`expected rewards.tools.importFunction, which loads ${module}, got none`)),
};

async function evaluateChecks(
  checks: readonly Check[],
  reads: CheckedResponse,
  tools: CheckTools,
  own: readonly Check[],
): Promise<{ evaluation: Evaluation; missing?: string }> {
  try {
    const scores = await Promise.all(
      checks.map(async (check) => {
        const score = await scoreCheck(check, reads, tools);
        return score && own.includes(check) ? { ...score, isOfQuery: true as const } : score;
      }),
    );
    return {
      evaluation: Object.fromEntries(
        numberNames(checks.map(toCheckName)).flatMap((name, i) => (scores[i] ? [[name, scores[i]]] : [])),
      ),
    };
  } catch (error) {
    if (isFatal(error)) throw error;
    return { evaluation: {}, missing: getErrorMessage(error) };
  }
}

async function scoreCheck(check: Check, reads: CheckedResponse, tools: CheckTools): Promise<Score | null> {
  const result = await runCheck(check, reads, tools).catch((error: unknown) => {
    throw isFatal(error)
      ? error
      : new Error(`${CHECK_PREFIX}${toCheckName(check)}: ${getErrorMessage(error)}`, { cause: error });
  });
  if (result === null) return null;
  const { weight } = check;
  return { rationale: result.remark, score: 1 + 4 * result.share, ...(weight !== undefined && { weight }) };
}

/** Tells checks apart from aspects of the judge that have their names. */
const renameClashes = (checked: Evaluation, judged: Evaluation): Evaluation =>
  Object.fromEntries(
    Object.entries(checked).map(([name, score]) => [Object.hasOwn(judged, name) ? `${name} (check)` : name, score]),
  );

/** Tells equal names apart: the second is "name (2)". */
const numberNames = (names: readonly string[]): string[] =>
  names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
