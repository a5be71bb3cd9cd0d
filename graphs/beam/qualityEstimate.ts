import type { Difficulty, Estimate } from '../../state/estimate.ts';
import { computeMean } from '../../statistics/computeMean.ts';

/** Variance, in points², of one reward about its prompt's quality on its query: siblings lie 0.41 apart (docs/algorithm.md#noise-in-the-published-runs). */
const REWARD_NOISE_VARIANCE = 0.18;
/** Variance that one rewrite adds, and the share of its parent's lead that it is expected to keep: what was measured best on `npm run landscapes`. */
const REWRITE_VARIANCE = 0.15 ** 2;
const INHERITED_LEAD_SHARE = 0.7;
/** Variance of a new query's difficulty about its level's mean reward: as good as unknown. */
const UNKNOWN_DIFFICULTY_VARIANCE = 100;

/** A prompt before it is judged: what is thought of its parent, the parent's rank in the beam, and whether the parent's prompt was rewritten or kept. */
export interface Prior {
  parent: Estimate;
  rank: number;
  rewritten: boolean;
}

/** What is thought of a level's prompts and of the difficulty of its query, which stands last: a multivariate normal. */
interface Belief {
  means: number[];
  covariances: number[][];
}

/** What a level's rewards tell of its prompts, in their order (their `covariances` too), and of its query. */
export interface LevelPosterior {
  qualities: Estimate[];
  difficulty: Difficulty;
}

/**
 * What is thought of prompts once they are judged on one query: a Kalman filter over their lineages in which the query's
 * difficulty, common to all, is unknown, but for what it showed when it was asked before. Siblings share what is not known of
 * their parent, so that each one's reward tells something of the others too. A missing reward (null) is not looked at.
 */
export function updateEstimates(
  level: readonly Prior[],
  rewards: readonly (number | null)[],
  known: Difficulty | null = null,
): LevelPosterior {
  const usual = computeMean(rewards.flatMap((r) => r ?? [])) ?? 0;
  const { means, covariances } = createPriorBelief(
    level,
    known ? known.mean - usual : 0,
    known?.variance ?? UNKNOWN_DIFFICULTY_VARIANCE,
  );
  for (const [i, reward] of rewards.entries())
    if (reward !== null) updateBelief({ means, covariances }, i, reward - usual);
  const variance = (i: number): number => Math.max(0, covariances[i]?.[i] ?? 0);
  return {
    qualities: level.map((_, i) => ({
      mean: roundEstimate(means[i] ?? 0),
      variance: variance(i),
      covariances: (covariances[i] ?? []).slice(0, level.length),
    })),
    difficulty: { mean: usual + (means.at(-1) ?? 0), variance: variance(level.length) },
  };
}

/** What is thought of a level before it is judged. */
function createPriorBelief(level: readonly Prior[], difficulty: number, variance: number): Belief {
  const share = ({ rewritten }: Prior): number => (rewritten ? INHERITED_LEAD_SHARE : 1);
  const between = (a: Prior, b: Prior): number =>
    a.rank === b.rank ? a.parent.variance : (a.parent.covariances[b.rank] ?? 0);
  const row = (a: Prior, i: number): number[] => [
    ...level.map((b, j) => share(a) * share(b) * between(a, b) + (i === j && a.rewritten ? REWRITE_VARIANCE : 0)),
    0,
  ];
  return {
    means: [...level.map((prior) => share(prior) * prior.parent.mean), difficulty],
    covariances: [...level.map(row), [...level.map(() => 0), variance]],
  };
}

/** Brings a belief up to date with the reward of the i-th: its quality and the difficulty, and noise. In place: wide levels have many. */
function updateBelief({ means, covariances }: Belief, i: number, reward: number): void {
  const last = means.length - 1;
  const along = covariances.map((row) => (row[i] ?? 0) + (row[last] ?? 0));
  const spread = (along[i] ?? 0) + (along[last] ?? 0) + REWARD_NOISE_VARIANCE;
  const surprise = reward - (means[i] ?? 0) - (means[last] ?? 0);
  for (const [a, row] of covariances.entries()) {
    const weight = (along[a] ?? 0) / spread;
    means[a] = (means[a] ?? 0) + weight * surprise;
    for (let b = 0; b <= last; b++) row[b] = (row[b] ?? 0) - weight * (along[b] ?? 0);
  }
}

/** Equals stay equal, whoever was looked at first. */
const roundEstimate = (x: number): number => Math.round(x * 1e9) / 1e9;
