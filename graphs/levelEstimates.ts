import type { Candidate } from '../state/hypothesis.ts';
import { observed, type Prior } from './estimate.ts';
import type { Search } from './options.ts';

/** Where a candidate comes from; `rank`: its parent's in the beam. */
type Origin = (candidate: Candidate) => Omit<Prior, 'rewritten'>;

/** In a beam: places are told by the parent's rank. */
const inBeam =
  (actions: number): Origin =>
  ({ place, lineage }) => ({ parent: lineage.quality, rank: Math.floor(place / actions) });

/** A level's candidates with what its rewards tell of their quality. */
export function estimated(level: readonly Candidate[], origin: Origin): Candidate[] {
  const qualities = observed(
    level.map((c) => ({ ...origin(c), rewritten: c.lineage.rewritten })),
    level.map((c) => c.reward),
  );
  return level.map((c, i) => ({ ...c, lineage: { ...c.lineage, quality: qualities[i] ?? c.lineage.quality } }));
}

/** The same of a beam's level, where the ranking or the final asks for it. */
export const estimatedInBeam = (
  level: readonly Candidate[],
  { actions, rankBy, final }: Pick<Search, 'actions' | 'rankBy' | 'final'>,
): Candidate[] => (rankBy === 'value' && final === null ? [...level] : estimated(level, inBeam(actions)));

/** The level as it is ranked: of what its candidates share, what those of the beam share with each other. */
export function placed(ordered: readonly Candidate[], level: readonly Candidate[], beamWidth: number): Candidate[] {
  const beam = ordered.slice(0, beamWidth).map(({ id }) => level.findIndex((c) => c.id === id));
  return ordered.map((c, place) => {
    const { quality } = c.lineage;
    const covariances = place < beamWidth ? beam.map((i) => quality.covariances[i] ?? 0) : [];
    return { ...c, place, lineage: { ...c.lineage, quality: { ...quality, covariances } } };
  });
}
