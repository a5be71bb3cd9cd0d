import { createMersenneTwister } from '../../statistics/random.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { searchSystemPrompt } from '../searchSystemPrompt.ts';
import { DEFAULT_STRATEGY_OPTIONS, pickSearchOptions, type Strategy } from './strategy.ts';

/** Builds the paper's Algorithm 2. */
export const beam: Strategy = (nodes, options = {}) => searchSystemPrompt(nodes, pickSearchOptions(options));

/** Builds the paper's greedy search: a beam of one, valued by its last reward. */
export const greedy: Strategy = (nodes, options = {}) =>
  searchSystemPrompt(nodes, { ...pickSearchOptions(options), beamWidth: 1 });

/** Builds a beam search that draws its W survivors, better ones more likely. The reference has this mode, unused. */
export const stochasticBeam: Strategy = (nodes, options = {}) => {
  const { temperature, seed } = { ...DEFAULT_STRATEGY_OPTIONS, ...options };
  const { beamWidth = 2, approve = (level: readonly Candidate[]) => level } = options;
  return searchSystemPrompt(nodes, {
    ...pickSearchOptions(options),
    approve: (level) => drawSurvivors(approve(level), { width: beamWidth, temperature, seed }),
  });
};

/**
 * Draws W candidates of a level without replacement, with chances proportional to exp(value / temperature), by the Gumbel
 * trick. The same level and seed give the same draw. @throws RangeError if the temperature is not above 0
 */
export function drawSurvivors(
  level: readonly Candidate[],
  { width, temperature, seed }: { width: number; temperature: number; seed: number },
): Candidate[] {
  if (!(temperature > 0)) throw new RangeError(`temperature: expected a number above 0, got ${temperature}`);
  const draw = createMersenneTwister(seed * 1009 + (level[0]?.depth ?? 0));
  const usual = computeMean(level.flatMap((c) => c.value ?? [])) ?? 0;
  const keyed = level.map((c) => {
    const chance = (draw() + 0.5) / 2 ** 32;
    return { c, key: (c.value ?? usual) / temperature - Math.log(-Math.log(chance)) };
  });
  const drawn = new Set(
    keyed
      .toSorted((a, b) => b.key - a.key)
      .slice(0, width)
      .map(({ c }) => c.id),
  );
  return level.filter((c) => drawn.has(c.id));
}
