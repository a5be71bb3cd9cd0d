import { toOverwrite, type SearchState } from '../../state/channels.ts';
import { getLevel, withRankingReward, type Candidate, type PathAggregation } from '../../state/hypothesis.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { isUnsafe } from '../isUnsafe.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import { assignLevelIndices, estimateBeamLevel } from './estimateLevel.ts';
import { recordFailedEdits } from './failedEdits.ts';
import { createQuerySchedule, recallDifficulty } from './querySchedule.ts';
import { recordLevel } from './recordLevel.ts';

// Everything that decides who survives a level is in this file.

type State = typeof SearchState.State;

/** Makes the node that ranks a judged level, best first, and names its beam: the W best, which survive. */
export const rankLevel =
  (options: ResolvedSearchOptions) =>
  (state: State): Partial<State> => {
    const approved = options.approve?.(state.candidates) ?? state.candidates;
    const schedule = createQuerySchedule(state, options);
    const known = recallDifficulty(state.queryQueue, getLevel(approved), schedule);
    const { level, difficulty } = estimateBeamLevel(approved, options, known);
    const ordered = assignLevelIndices(orderLevel(level, options), level, options.beamWidth);
    const candidates = recordFailedEdits(ordered, options);
    const beam = candidates.slice(0, options.beamWidth);
    const record = recordLevel(state, { candidates, beam, difficulty }, options);
    const demoted = listDemoted(candidates, options.safetyFloor);
    if (demoted.length) options.onRejected?.(demoted);
    return { ...record, candidates: toOverwrite(candidates), beam: beam.map(({ id }) => id) };
  };

/** Returns the beam of a ranked level, best first. */
export const getBeam = ({ candidates, beam }: Pick<State, 'candidates' | 'beam'>): Candidate[] =>
  candidates.slice(0, beam.length);

/** Orders a level by estimate or by path reward, as `rankBy` says. The unsafe candidates come last. */
function orderLevel(
  level: readonly Candidate[],
  { rankBy, aggregate, safetyFloor }: ResolvedSearchOptions,
): Candidate[] {
  const ordered =
    rankBy === 'estimate'
      ? level.toSorted((a, b) => b.lineage.quality.mean - a.lineage.quality.mean)
      : rankByPathReward(level, aggregate);
  return moveUnsafeLast(ordered, safetyFloor);
}

/**
 * Ranks candidates by the reward of their paths, best first, as the paper does (docs/reference.md#values-and-ties). Equals
 * keep their order: the earlier parent, then the earlier sample. A missing reward is never a zero: the level's mean stands in for it.
 */
export function rankByPathReward(candidates: readonly Candidate[], aggregate: PathAggregation): Candidate[] {
  const levelMean = computeMean(candidates.flatMap(({ reward }) => (reward === null ? [] : [reward])));
  return candidates
    .map((c) =>
      c.reward === null && levelMean !== null
        ? { ...c, lineage: withRankingReward(c.lineage, levelMean, c.weight) }
        : c,
    )
    .map((c) => ({ c, rank: getRankingValue(c, aggregate, levelMean) }))
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ c }) => c);
}

function getRankingValue({ reward, lineage }: Candidate, aggregate: PathAggregation, levelMean: number | null): number {
  if (aggregate === 'last') return reward ?? levelMean ?? 0;
  return lineage.rankingWeight === 0 ? 0 : lineage.rankingTotal / lineage.rankingWeight;
}

const moveUnsafeLast = (level: readonly Candidate[], floor: number | null): Candidate[] => [
  ...level.filter((c) => !isUnsafe(c, floor)),
  ...level.filter((c) => isUnsafe(c, floor)),
];

/** Lists the unsafe candidates that safer ones were moved before, as rejected rewrites. */
const listDemoted = (level: readonly Candidate[], floor: number | null) =>
  level.every((c) => isUnsafe(c, floor))
    ? []
    : level
        .filter((c) => isUnsafe(c, floor))
        .map(({ id, prompt }) => ({ prompt, reason: 'unsafe', parent: id, sample: 0 }));
