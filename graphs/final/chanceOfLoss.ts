import { REWARD_NOISE_VARIANCE, type Estimate } from '../../state/estimate.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { computeNormalTail } from '../../statistics/computeNormalTail.ts';
import { poolSpread } from '../../statistics/sequentialInterval.ts';
import type { ProofDifferences } from './createVerdict.ts';

/**
 * The chance, 0 to 1, above which a prompt that may be worse than the first one is not returned. It is below the 2 % of runs
 * that may return a worse prompt, because a search takes rewriting for harmless where it harms (docs/final.md#caution).
 */
export const MAX_CHANCE_OF_LOSS = 0.01;
/** A pair's variance in points² before any is known, as of the published runs' rewards, and how many pairs it counts for. */
const ASSUMED_PAIR = { variance: 0.49, pairs: 2 };

/** A pair's variance in points² up to which the search's estimate counts in full: twice a reward's, and half as much for chance. */
const MAX_USUAL_VARIANCE = 3 * REWARD_NOISE_VARIANCE;

/**
 * Computes the chance, 0 to 1, that a prompt is worse than the first one. The prior is the lead that the search estimates, with
 * its variance; then all differences from the first prompt on held-out queries count. If these vary more than the search
 * assumed, its rewards did too, and its lead counts less in proportion. `gain`: their mean in points, weighted if queries are.
 */
export function computeChanceOfLoss(
  lead: Estimate,
  { fresh, chosenOn = [] }: ProofDifferences,
  gain: number = computeMean([...fresh, ...chosenOn]) ?? 0,
): number {
  const { squares, freedom } = poolSpread(fresh, chosenOn);
  const pairVariance = (squares + ASSUMED_PAIR.pairs * ASSUMED_PAIR.variance) / (freedom + ASSUMED_PAIR.pairs);
  const trust = Math.min(1, MAX_USUAL_VARIANCE / pairVariance);
  const [ofLead, ofPairs] = [
    1 / Math.max(lead.variance, Number.EPSILON),
    (fresh.length + chosenOn.length) / pairVariance,
  ];
  const mean = (ofLead * trust * lead.mean + ofPairs * gain) / (ofLead + ofPairs);
  return computeNormalTail(mean * Math.sqrt(ofLead + ofPairs));
}
