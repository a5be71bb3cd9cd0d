import type { Difficulty } from '../../state/estimate.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import { updateEstimates, type Prior } from './qualityEstimate.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';

/** Where a candidate comes from; `rank`: its parent's in the beam. */
type OriginLookup = (candidate: Candidate) => Omit<Prior, 'rewritten'>;

/** In a beam: places are told by the parent's rank. */
const createBeamOrigin =
  (actions: number): OriginLookup =>
  ({ index, lineage }) => ({ parent: lineage.quality, rank: Math.floor(index / actions) });

/** A level with what its rewards tell of its candidates' quality, and of its query. */
export interface EstimatedLevel {
  level: Candidate[];
  difficulty: Difficulty;
}

/** `known`: what its query had shown before. */
export function estimateLevel(
  level: readonly Candidate[],
  origin: OriginLookup,
  known: Difficulty | null = null,
): EstimatedLevel {
  const { qualities, difficulty } = updateEstimates(
    level.map((c) => ({ ...origin(c), rewritten: c.lineage.rewritten })),
    level.map((c) => c.reward),
    known,
  );
  const withQuality = (c: Candidate, i: number): Candidate => ({
    ...c,
    lineage: { ...c.lineage, quality: qualities[i] ?? c.lineage.quality },
  });
  return { level: level.map(withQuality), difficulty };
}

/** The same of a beam's level, where the ranking or the final asks for it. */
export const estimateBeamLevel = (
  level: readonly Candidate[],
  { actions, rankBy, final }: Pick<ResolvedSearchOptions, 'actions' | 'rankBy' | 'final'>,
  known: Difficulty | null = null,
): EstimatedLevel =>
  rankBy === 'value' && final === null
    ? { level: [...level], difficulty: { mean: 0, variance: 0 } } // nobody looks at it
    : estimateLevel(level, createBeamOrigin(actions), known);

/** The level as it is ranked: of what its candidates share, what those of the beam share with each other. */
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
