import type { Difficulty } from '../../state/estimate.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import { updateEstimates, type Prior } from './qualityEstimate.ts';

/** Finds where a candidate comes from: the estimate of its parent, and the parent's rank in the beam. */
type OriginLookup = (candidate: Candidate) => Omit<Prior, 'rewritten'>;

/** A level whose candidates know what their rewards say, and how hard its query proved. */
export interface EstimatedLevel {
  level: Candidate[];
  difficulty: Difficulty;
}

/** Estimates the candidates of a beam's level, unless neither the ranking nor a final asks for it. */
export const estimateBeamLevel = (
  level: readonly Candidate[],
  { actions, rankBy, final }: Pick<ResolvedSearchOptions, 'actions' | 'rankBy' | 'final'>,
  known: Difficulty | null = null,
): EstimatedLevel =>
  rankBy === 'value' && final === null
    ? { level: [...level], difficulty: { mean: 0, variance: 0 } }
    : estimateLevel(level, findBeamOrigin(actions), known);

/** In a beam a candidate's index tells its parent's rank. */
const findBeamOrigin =
  (actions: number): OriginLookup =>
  ({ index, lineage }) => ({ parent: lineage.quality, rank: Math.floor(index / actions) });

/** Estimates the candidates of a level from their rewards. `known` is what the level's query showed before. */
export function estimateLevel(
  level: readonly Candidate[],
  findOrigin: OriginLookup,
  known: Difficulty | null = null,
): EstimatedLevel {
  const { qualities, difficulty } = updateEstimates(
    level.map((c) => ({ ...findOrigin(c), rewritten: c.lineage.rewritten })),
    level.map((c) => c.reward),
    { known, weight: level[0]?.weight },
  );
  const withQuality = (c: Candidate, i: number): Candidate => ({
    ...c,
    lineage: { ...c.lineage, quality: qualities[i] ?? c.lineage.quality },
  });
  return { level: level.map(withQuality), difficulty };
}

/** Numbers an ordered level from 0. Its beam keeps the covariances that its members have with each other. */
export function assignLevelIndices(
  ordered: readonly Candidate[],
  level: readonly Candidate[],
  beamWidth: number,
): Candidate[] {
  const beam = ordered.slice(0, beamWidth).map(({ id }) => level.findIndex((c) => c.id === id));
  return ordered.map((c, index) => {
    const { quality } = c.lineage;
    const covariances = index < beamWidth ? beam.map((i) => quality.covariances[i] ?? 0) : [];
    return { ...c, index, lineage: { ...c.lineage, quality: { ...quality, covariances } } };
  });
}
