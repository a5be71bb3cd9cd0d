import { REWARD_NOISE_VARIANCE, REWRITE_VARIANCE } from '../../state/estimate.ts';
import type { Candidate, Lineage } from '../../state/hypothesis.ts';
import type { LevelSpread } from '../../state/levelSpread.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { computeNormalTail } from '../../statistics/computeNormalTail.ts';

// A level gains because its best prompt is chosen by its rewards. It gains nothing without usable rewrites, little if the judge
// hardly tells prompts apart, and little if its rewards are mostly noise. All three can be seen in the levels before it.

/** Levels that are looked at. Fewer tell nothing yet, and older ones were about other prompts. */
const RECENT_LEVELS = 6;
/** Variance, in points², of the rewards of a usual level. */
const USUAL_VARIANCE = REWRITE_VARIANCE + REWARD_NOISE_VARIANCE;

/** What of a candidate shows whether its level could gain. */
type JudgedPrompt = Pick<Candidate, 'reward'> & { lineage: Pick<Lineage, 'rewritten' | 'addsDepth'> };

/**
 * Adds what a judged level shows to that of the levels before it. The newest levels stay. A level that only kept good prompts
 * shows nothing: its query was easy, and the next one may not be.
 */
export function addLevelSpread(before: readonly LevelSpread[], level: readonly JudgedPrompt[]): LevelSpread[] {
  if (level.every(({ lineage }) => lineage.addsDepth)) return [...before];
  const rewards = level.flatMap(({ reward }) => reward ?? []);
  const mean = computeMean(rewards) ?? 0;
  const spread = {
    rewrites: level.filter(({ lineage }) => lineage.rewritten).length,
    squares: rewards.reduce((sum, reward) => sum + (reward - mean) ** 2, 0),
    freedom: Math.max(0, rewards.length - 1),
  };
  return [...before, spread].slice(-RECENT_LEVELS);
}

/**
 * Estimates what a further level would gain, in points, from the newest levels. The best of n prompts is E(n) deviations above
 * their mean, of which the rewards find the part that is no noise: E(n)·τ²/√V, with the variance τ² that a rewrite adds and the
 * variance V of a level's rewards. Null: there are too few levels to tell.
 */
export function estimateNextGain(levels: readonly LevelSpread[]): number | null {
  if (levels.length < RECENT_LEVELS) return null;
  const sum = (pick: (level: LevelSpread) => number): number => levels.reduce((total, one) => total + pick(one), 0);
  const freedom = sum((l) => l.freedom);
  const variance = freedom === 0 ? USUAL_VARIANCE : sum((l) => l.squares) / freedom;
  // a judge to whom all prompts seem alike shows as little of what a rewrite changes
  const shown = REWRITE_VARIANCE * Math.min(1, variance / USUAL_VARIANCE);
  const best = sum((l) => expectBest(l.rewrites + 1)) / levels.length;
  return variance === 0 ? 0 : (best * shown) / Math.sqrt(variance);
}

/** What `expectBest` returned, by n. */
const bests = new Map<number, number>();

/** Returns by how many standard deviations the best of n normal draws is expected to lie above their mean. */
function expectBest(n: number): number {
  const best = bests.get(n) ?? integrateBest(n);
  bests.set(n, best);
  return best;
}

function integrateBest(n: number): number {
  const step = 0.05;
  const points = Array.from({ length: 240 }, (_, i) => (i - 119.5) * step);
  return points.reduce((sum, x) => sum + step * (Number(x > 0) - (1 - computeNormalTail(x)) ** n), 0);
}
