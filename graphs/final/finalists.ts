import type { Candidate } from '../../state/hypothesis.ts';
import type { Finalist, FinalOutcome } from '../../state/final.ts';

/** Prompts that are remembered for the final, so that the state does not grow with the run. */
const FINALIST_POOL_SIZE = 12;

/** Adds the candidates of a level to the pool, best estimate first. The newest estimate of a kept prompt counts. */
export function addToPool(pool: readonly Finalist[], level: readonly Candidate[]): Finalist[] {
  const byPrompt = new Map(pool.map((f) => [f.prompt, f]));
  for (const candidate of level) byPrompt.set(candidate.prompt, toFinalist(candidate));
  return [...byPrompt.values()]
    .toSorted((a, b) => b.quality.mean - a.quality.mean || b.depth - a.depth)
    .slice(0, FINALIST_POOL_SIZE);
}

/**
 * Selects at most `limit` distinct prompts that enter the final besides the first one. The last beam comes first, because a
 * search that still climbs has its best prompts there. The best of the whole tree follow.
 */
export function selectFinalists(
  pool: readonly Finalist[],
  beam: readonly Candidate[],
  first: string,
  limit: number,
): Finalist[] {
  const entrants = new Map<string, Finalist>();
  for (const finalist of [...beam.map(toFinalist), ...pool])
    if (finalist.prompt !== first && entrants.size < limit && !entrants.has(finalist.prompt))
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

/** Picks the final's winner, with the value of its path, as the result. Empty: there was no final. */
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
  return { bestPrompt: final?.shortened?.prompt ?? won.prompt, bestId: won.id, value };
}
