import { computeMean } from '../../statistics/computeMean.ts';
import type { ProbeObservations } from './askProbe.ts';

/** What of a probe's observations bears on a world. */
export interface ProbeSummary {
  /** Each rewrite's mean difference from the first prompt, in points, over the queries on which all were judged. */
  leads: number[];
  queries: number;
  /** Sum of squares that neither prompt nor query explains, in points², and its degrees of freedom. */
  residual: { squares: number; freedom: number };
  /** Sum of squares of the judge alone, in points², and the responses that were judged twice. */
  judge: { squares: number; freedom: number };
  fullMarks: { count: number; of: number };
  usable: { count: number; of: number };
}

/** Answers to one query mostly have full marks together, so each counts for so much of one that is alone. */
const SAME_QUERY_WEIGHT = 0.5;

/** Sums up a probe's observations: an analysis of variance over prompts and queries, and the shares. */
export function summarizeProbe({
  rewards,
  repeats,
  judged,
  perfect,
  asked,
  rejected,
}: ProbeObservations): ProbeSummary {
  const [first = []] = rewards;
  const whole = first.flatMap((_, query) => {
    const column = rewards.flatMap((row) => row[query] ?? []);
    return column.length === rewards.length ? [column] : [];
  });
  const rows = rewards.map((_, prompt) => whole.flatMap((column) => column[prompt] ?? []));
  const means = rows.map((row) => computeMean(row) ?? 0);
  const overall = computeMean(means) ?? 0;
  const squares = whole.reduce((sum, column) => {
    const level = computeMean(column) ?? 0;
    return sum + column.reduce((s, reward, prompt) => s + (reward - level - (means[prompt] ?? 0) + overall) ** 2, 0);
  }, 0);
  const rejections = Object.values(rejected).reduce((sum, count) => sum + count, 0);
  return {
    leads: whole.length > 0 ? means.slice(1).map((mean) => mean - (means[0] ?? 0)) : [],
    queries: whole.length,
    residual: { squares, freedom: (rows.length - 1) * Math.max(0, whole.length - 1) },
    judge: { squares: repeats.reduce((sum, [a, b]) => sum + (a - b) ** 2 / 2, 0), freedom: repeats.length },
    fullMarks: { count: SAME_QUERY_WEIGHT * perfect, of: SAME_QUERY_WEIGHT * judged },
    usable: { count: asked - rejections, of: asked },
  };
}

// How likely a world makes what was seen: logarithms up to a constant.

/** Rates the noise of answers and judge, as standard deviations in points, by what neither prompt nor query explains. */
export const rateNoise = ({ residual, judge }: ProbeSummary, ofAnswers: number, ofJudge: number): number =>
  rateSquares(residual, ofAnswers ** 2 + ofJudge ** 2) + rateSquares(judge, ofJudge ** 2);

const rateSquares = ({ squares, freedom }: { squares: number; freedom: number }, variance: number): number =>
  -(freedom * Math.log(variance) + squares / variance) / 2;

/** Rates a share, 0 to 1, by a count. */
export function rateShare({ count, of }: { count: number; of: number }, share: number): number {
  const [yes, no] = [count, of - count];
  return (yes > 0 ? yes * Math.log(share) : 0) + (no > 0 ? no * Math.log(1 - share) : 0);
}

/**
 * Rates the mean and the spread of what rewriting changes, and the noise of a reward, all in points. Leads share the noise of the
 * first prompt, so they are normal around the same mean with equal covariances.
 */
export function rateLeads(
  { leads, queries }: ProbeSummary,
  { mean, spread, noise }: { mean: number; spread: number; noise: number },
): number {
  const count = leads.length;
  if (count === 0) return 0;
  const ofFirst = noise ** 2 / Math.max(1, queries);
  const own = spread ** 2 + ofFirst;
  const common = ofFirst / own;
  const off = leads.map((lead) => lead - mean);
  const sum = off.reduce((s, x) => s + x, 0);
  const squares = off.reduce((s, x) => s + x ** 2, 0);
  const distance = (squares - (common / (1 + count * common)) * sum ** 2) / own;
  return -(count * Math.log(own) + Math.log(1 + count * common) + distance) / 2;
}
