import { REWARD_NOISE_VARIANCE, REWRITE_VARIANCE, type Difficulty, type Estimate } from '../../state/estimate.ts';
import { computeMean } from '../../statistics/computeMean.ts';

// A prompt is judged on few queries, each of another difficulty, so one reward says little about it. A Kalman filter collects
// what the rewards of its whole lineage say. It weighs the rewards on one query against each other, because the difficulty
// of the query is unknown. Siblings share what is unknown of their parent, so the reward of one says something of the others.

/** Share of its parent's lead that a rewrite is expected to keep, 0 to 1. The landscapes (`npm run landscapes`) chose it. */
const INHERITED_LEAD_SHARE = 0.7;
/** Variance, in points², of a new query's difficulty around the level's mean reward: as good as unknown. */
const UNKNOWN_DIFFICULTY_VARIANCE = 100;

/** A prompt before it is judged: its parent's estimate and rank in the beam, and whether the prompt was rewritten or kept. */
export interface Prior {
  parent: Estimate;
  rank: number;
  rewritten: boolean;
}

/** What the rewards of a level say of its prompts, in their order, and of its query. */
export interface LevelPosterior {
  /** With covariances to each prompt of the level. */
  qualities: Estimate[];
  difficulty: Difficulty;
}

/** A multivariate normal over the prompts of a level and, in the last place, the difficulty of its query. */
interface Belief {
  means: number[];
  covariances: number[][];
}

/**
 * Estimates the prompts of a level from their rewards on one query; null: no reward. `known` is what the query showed before.
 * `weight` is what the query counts, 1 as much as a usual one: a reward of twice the weight is as good as two.
 */
export function updateEstimates(
  level: readonly Prior[],
  rewards: readonly (number | null)[],
  { known = null, weight = 1 }: { known?: Difficulty | null | undefined; weight?: number | undefined } = {},
): LevelPosterior {
  const levelMean = computeMean(rewards.flatMap((r) => r ?? [])) ?? 0;
  const { means, covariances } = createPriorBelief(
    level,
    known ? known.mean - levelMean : 0,
    known?.variance ?? UNKNOWN_DIFFICULTY_VARIANCE,
  );
  for (const [i, reward] of rewards.entries())
    if (reward !== null) updateBelief({ means, covariances }, i, reward - levelMean, REWARD_NOISE_VARIANCE / weight);
  const getVariance = (i: number): number => Math.max(0, covariances[i]?.[i] ?? 0);
  return {
    qualities: level.map((_, i) => ({
      mean: roundEstimate(means[i] ?? 0),
      variance: getVariance(i),
      covariances: (covariances[i] ?? []).slice(0, level.length),
    })),
    difficulty: { mean: levelMean + (means.at(-1) ?? 0), variance: getVariance(level.length) },
  };
}

/** What is believed of a level before it is judged. */
function createPriorBelief(level: readonly Prior[], difficulty: number, variance: number): Belief {
  const getShare = ({ rewritten }: Prior): number => (rewritten ? INHERITED_LEAD_SHARE : 1);
  const getParentCovariance = (a: Prior, b: Prior): number =>
    a.rank === b.rank ? a.parent.variance : (a.parent.covariances[b.rank] ?? 0);
  const makeRow = (a: Prior, i: number): number[] => [
    ...level.map(
      (b, j) => getShare(a) * getShare(b) * getParentCovariance(a, b) + (i === j && a.rewritten ? REWRITE_VARIANCE : 0),
    ),
    0,
  ];
  return {
    means: [...level.map((prior) => getShare(prior) * prior.parent.mean), difficulty],
    covariances: [...level.map(makeRow), [...level.map(() => 0), variance]],
  };
}

/** Brings a belief up to date with one reward, which is quality, difficulty and noise. It changes in place: wide levels are large. */
function updateBelief({ means, covariances }: Belief, i: number, reward: number, noise: number): void {
  const last = means.length - 1;
  const withReward = covariances.map((row) => (row[i] ?? 0) + (row[last] ?? 0));
  const rewardVariance = (withReward[i] ?? 0) + (withReward[last] ?? 0) + noise;
  const surprise = reward - (means[i] ?? 0) - (means[last] ?? 0);
  for (const [a, row] of covariances.entries()) {
    const weight = (withReward[a] ?? 0) / rewardVariance;
    means[a] = (means[a] ?? 0) + weight * surprise;
    for (let b = 0; b <= last; b++) row[b] = (row[b] ?? 0) - weight * (withReward[b] ?? 0);
  }
}

/** Rounds an estimate, so that equal prompts stay equal in whatever order their rewards were read. */
const roundEstimate = (x: number): number => Math.round(x * 1e9) / 1e9;
