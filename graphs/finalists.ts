import { mean } from '../state/judgement.ts';
import type { Candidate } from '../state/hypothesis.ts';
import type { Finalist, FinalOutcome } from '../state/final.ts';

/** Own evidence counts as if a prompt had also been judged this often at the level's mean: one lucky query is not enough. */
const DOUBT = 1;
/** Prompts remembered besides those of the last level, so that the state does not grow with the run. */
const REMEMBERED = 12;

const evidence = (f: Finalist): number => f.surplus / (f.count + DOUBT);

/** The pool with a level's candidates entered: a kept prompt adds to its own evidence. Best evidence first. */
export function entered(pool: readonly Finalist[], level: readonly Candidate[]): Finalist[] {
  const levelMean = mean(level.flatMap((c) => c.reward ?? []));
  const byPrompt = new Map(pool.map((f) => [f.prompt, f]));
  for (const { id, prompt, depth, value, reward } of level) {
    const known = byPrompt.get(prompt) ?? { surplus: 0, count: 0 };
    const judged =
      reward === null || levelMean === null ? { surplus: 0, count: 0 } : { surplus: reward - levelMean, count: 1 };
    byPrompt.set(prompt, {
      id,
      prompt,
      depth,
      value,
      surplus: known.surplus + judged.surplus,
      count: known.count + judged.count,
    });
  }
  return [...byPrompt.values()].toSorted((a, b) => evidence(b) - evidence(a) || b.depth - a.depth).slice(0, REMEMBERED);
}

/**
 * Who enters the final besides the first prompt: half by path value (the last level, best first: where a search that still
 * climbs has its best), half by own evidence over the whole tree. Distinct prompts, at most `most`.
 */
export function finalists(
  pool: readonly Finalist[],
  last: readonly Candidate[],
  first: string,
  most: number,
): Finalist[] {
  const byValue = last.map(
    ({ id, prompt, depth, value }) =>
      pool.find((f) => f.prompt === prompt) ?? { id, prompt, depth, value, surplus: 0, count: 0 },
  );
  const half = Math.ceil(most / 2);
  const chosen = new Map<string, Finalist>();
  for (const finalist of [...byValue.slice(0, half), ...pool, ...byValue.slice(half)])
    if (finalist.prompt !== first && chosen.size < most && !chosen.has(finalist.prompt))
      chosen.set(finalist.prompt, finalist);
  return [...chosen.values()];
}

/** What the final makes of the result: its winner, with the value of its path. */
export function winner({
  final,
  pool,
  candidates,
}: {
  final: FinalOutcome | null;
  pool: readonly Finalist[];
  candidates: readonly Candidate[];
}): { bestPrompt?: string; bestId?: string; value?: number | null } {
  const won = final?.candidates.find((c) => c.id === final.winner);
  if (!won) return {};
  const value = [...candidates, ...pool].find((c) => c.id === won.id)?.value ?? 0;
  return { bestPrompt: won.prompt, bestId: won.id, value };
}
