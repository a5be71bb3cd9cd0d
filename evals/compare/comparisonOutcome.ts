import {
  createUnchangedVerdict,
  createVerdict,
  type ProofDifferences,
  type ProofSettings,
} from '../../graphs/final/createVerdict.ts';
import type { UsageTotals } from '../../models/index.ts';
import { splitPairs } from '../../run/createRunVerdict.ts';
import type { ModelDescription } from '../../run/describeModel.ts';
import type { FreshAnswer } from '../../run/prove/askFreshQuery.ts';
import type { ProofVerdict } from '../../state/verdict.ts';
import { computeWeightedMean, type WeightedValue } from '../../statistics/computeMean.ts';
import { countEqualPairs } from '../../statistics/sequentialInterval.ts';

/** What the prompts answered to one held-out query, in the order of the operands. Null: it was not asked, or is the first one's. */
export interface ComparedAnswers {
  query: string;
  expected?: string;
  /** How much the query counts; 1 if it is left out. */
  weight?: number;
  answers: (Omit<FreshAnswer, 'id'> | null)[];
}

/** A prompt as a comparison reports it. */
export interface ComparedPromptReport {
  name: string;
  prompt: string;
  base: ModelDescription;
  /** The mean reward over the answers that were judged, 1 to 5, and how many they are. Null: none was. */
  mean: number | null;
  judged: number;
}

/** One prompt against the first. */
export interface PromptComparison {
  name: string;
  against: string;
  /** This prompt minus the first. Null: the comparison was stopped. */
  verdict: ProofVerdict | null;
  /** Whether it is shown to be worse, by the margin of `--fail-if-worse` or more. */
  isFailed: boolean;
}

/** The outcome of `compare`, as `result.json` in its folder. */
export interface ComparisonOutcome extends Pick<UsageTotals, 'calls' | 'retries' | 'tokens' | 'usd'> {
  /** Of the comparison that is the least favourable to its prompt. Null: the comparison was stopped. */
  verdict: ProofVerdict | null;
  comparisons: PromptComparison[];
  prompts: ComparedPromptReport[];
  /** The margin of `--fail-if-worse`, in points; null without it. */
  failIfWorse: number | null;
  /** Held-out queries. */
  queries: number;
  answers: ComparedAnswers[];
  /** What a reader should know, such as queries that were left out. */
  notes: string[];
  stoppedBy: 'budget' | 'interrupted' | null;
  seconds: number;
  folder: string | null;
}

/** What is compared, and by which rules. */
export interface ComparisonInput {
  prompts: readonly Omit<ComparedPromptReport, 'mean' | 'judged'>[];
  /** Which prompts are the first one itself. */
  unchanged: readonly boolean[];
  answers: readonly ComparedAnswers[];
  proof: Pick<ProofSettings, 'minQueries' | 'margin'>;
  judge: string | null;
  failIfWorse: number | null;
  isStopped: boolean;
}

/**
 * Compares each prompt with the first on the queries where both were judged. Their intervals hold all at once. An interval is
 * valid at every look from half of the queries on, so the same prompts may be compared again on up to twice as many.
 */
export function buildComparisons({
  prompts,
  unchanged,
  answers,
  proof,
  judge,
  failIfWorse,
  isStopped,
}: ComparisonInput): Pick<ComparisonOutcome, 'verdict' | 'comparisons' | 'prompts'> {
  // nobody has looked at fewer: all queries are asked before the first verdict
  const minQueries = Math.max(
    proof.minQueries,
    Math.floor(countEqualPairs(answers.map(({ weight = 1 }) => ({ value: 0, weight }))) / 2),
  );
  const intervals = Math.max(1, unchanged.filter((is) => !is).length - 1);
  const comparisons = prompts.slice(1).map(({ name }, i): PromptComparison => {
    const verdict = unchanged[i + 1]
      ? createUnchangedVerdict(proof.margin, 'it is the same prompt on the same base model')
      : isStopped
        ? null
        : createVerdict(listDifferences(answers, i + 1), { ...proof, minQueries, intervals }, { judge }, 'difference');
    return { name, against: prompts[0]?.name ?? '', verdict, isFailed: isFailing(verdict, failIfWorse) };
  });
  const reports = prompts.map((prompt, i) => {
    const rewards = listRewards(answers, unchanged[i] ? 0 : i);
    return { ...prompt, mean: computeWeightedMean(rewards), judged: rewards.length };
  });
  return { verdict: isStopped ? null : findLeastFavourable(comparisons), comparisons, prompts: reports };
}

const listRewards = (answers: readonly ComparedAnswers[], index: number): WeightedValue[] =>
  answers.flatMap(({ answers: row, weight = 1 }) => {
    const reward = row[index]?.reward ?? null;
    return reward === null ? [] : [{ value: reward, weight }];
  });

/** The rewards of a prompt minus those of the first, with the weights of the queries. */
const listDifferences = (answers: readonly ComparedAnswers[], index: number): ProofDifferences =>
  splitPairs(
    answers.map(({ answers: row, weight = 1 }) => ({
      weight,
      first: { reward: row[0]?.reward ?? null },
      challenger: { reward: row[index]?.reward ?? null },
    })),
  );

/** Points that sums of rewards may differ by because of their binary digits. */
const ROUNDING_POINTS = 1e-9;

/** Whether a verdict fails `--fail-if-worse`: shown to be worse, and by `margin` points or more. Null: nothing fails. */
export const isFailing = (verdict: ProofVerdict | null, margin: number | null): boolean =>
  margin !== null && verdict?.outcome === 'worse' && -(verdict.mean ?? 0) >= margin - ROUNDING_POINTS;

const ORDER = ['worse', 'not-settled', 'no-difference', 'no-change', 'better'] as const;

/** The verdict that is the worst for its prompt: by outcome, then by mean. */
function findLeastFavourable(comparisons: readonly PromptComparison[]): ProofVerdict | null {
  const verdicts = comparisons.flatMap(({ verdict }) => verdict ?? []);
  const rank = ({ outcome }: ProofVerdict): number => ORDER.indexOf(outcome);
  return verdicts.toSorted((a, b) => rank(a) - rank(b) || (a.mean ?? 0) - (b.mean ?? 0))[0] ?? null;
}
