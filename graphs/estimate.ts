import type { Estimate } from '../state/estimate.ts';

/** Variance, in points², of one reward about its prompt's quality on its query: siblings lie 0.41 apart (algorithm.md 1.10). */
const NOISE = 0.18;
/** Variance that one rewrite adds, and the share of its parent's lead that it is expected to keep: what was measured best on `npm run landscapes`. */
const STEP = 0.15 ** 2;
const INHERITED = 0.8;

/** The first prompt's quality, which all others are measured from. */
export const FIRST: Estimate = { mean: 0, variance: 0 };

/** What is thought of a rewrite before it is judged. */
export const rewriteOf = ({ mean, variance }: Estimate): Estimate => ({
  mean: INHERITED * mean,
  variance: INHERITED ** 2 * variance + STEP,
});

/**
 * What is thought of prompts once they are judged on one query: a Kalman filter in which the query's difficulty, common to
 * all, is unknown. A missing reward (null) tells nothing.
 */
export function observed(priors: readonly Estimate[], rewards: readonly (number | null)[]): Estimate[] {
  const surprises = priors.map(({ mean, variance }, i) => {
    const reward = rewards[i] ?? null;
    return reward === null ? null : { by: reward - mean, weight: 1 / (variance + NOISE) };
  });
  const seen = surprises.filter((s) => s !== null);
  const weight = seen.reduce((sum, s) => sum + s.weight, 0);
  const difficulty = seen.reduce((sum, s) => sum + s.weight * s.by, 0) / (weight || 1);
  return priors.map((prior, i) => {
    const surprise = surprises[i];
    if (!surprise) return prior;
    const gain = prior.variance * surprise.weight;
    return { mean: prior.mean + gain * (surprise.by - difficulty), variance: prior.variance * (1 - gain) };
  });
}
