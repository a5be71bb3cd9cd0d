import type { Candidate } from '../../state/hypothesis.ts';
import type { Finalist, FinalOutcome } from '../../state/final.ts';

/** Prompts remembered for the final, so that the state does not grow with the run. */
const FINALIST_POOL_SIZE = 12;

/** The pool with a level's candidates entered; of a kept prompt its newest estimate counts. The best by all the evidence of the tree first. */
export function addToPool(pool: readonly Finalist[], level: readonly Candidate[]): Finalist[] {
  const byPrompt = new Map(pool.map((f) => [f.prompt, f]));
  for (const candidate of level) byPrompt.set(candidate.prompt, toFinalist(candidate));
  return [...byPrompt.values()]
    .toSorted((a, b) => b.quality.mean - a.quality.mean || b.depth - a.depth)
    .slice(0, FINALIST_POOL_SIZE);
}

/**
 * Who enters the final besides the first prompt: the best path's last prompt and the beam's others (path value: where a
 * search that still climbs has its best), then the best of the whole tree by its evidence. Distinct prompts, at most `most`.
 */
export function selectFinalists(
  pool: readonly Finalist[],
  beam: readonly Candidate[],
  first: string,
  most: number,
): Finalist[] {
  const entrants = new Map<string, Finalist>();
  for (const finalist of [...beam.map(toFinalist), ...pool])
    if (finalist.prompt !== first && entrants.size < most && !entrants.has(finalist.prompt))
      entrants.set(finalist.prompt, finalist);
  return [...entrants.values()];
}

const toFinalist = ({ id, prompt, depth, value, lineage: { quality } }: Candidate): Finalist => ({
  id,
  prompt,
  depth,
  value,
  quality,
});

/** What the final makes of the result: its winner, with the value of its path. */
export function pickWinner({
  final,
  finalistPool,
  candidates,
}: {
  final: FinalOutcome | null;
  finalistPool: readonly Finalist[];
  candidates: readonly Candidate[];
}): { bestPrompt?: string; bestId?: string; value?: number | null } {
  const won = final?.candidates.find((c) => c.id === final.winner);
  if (!won) return {};
  const value = [...candidates, ...finalistPool].find((c) => c.id === won.id)?.value ?? 0;
  return { bestPrompt: won.prompt, bestId: won.id, value };
}
