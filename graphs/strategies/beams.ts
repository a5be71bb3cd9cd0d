import { createMersenneTwister } from '../../statistics/random.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { searchSystemPrompt } from '../searchSystemPrompt.ts';
import { DEFAULT_STRATEGY_OPTIONS, pickSearchOptions, type Strategy } from './strategy.ts';

/** Algorithm 2, the paper's. */
export const beam: Strategy = (nodes, options = {}) => searchSystemPrompt(nodes, pickSearchOptions(options));

/** A beam of one, valued by its last reward (the paper's greedy search). */
export const greedy: Strategy = (nodes, options = {}) =>
  searchSystemPrompt(nodes, { ...pickSearchOptions(options), beamWidth: 1 });

/** A beam whose W survivors are drawn, better ones more likely, without replacement (the reference's unused softmax mode). */
export const stochasticBeam: Strategy = (nodes, options = {}) => {
  const { temperature, seed } = { ...DEFAULT_STRATEGY_OPTIONS, ...options };
  const { beamWidth = 2, approve = (level: readonly Candidate[]) => level } = options;
  return searchSystemPrompt(nodes, {
    ...pickSearchOptions(options),
    approve: (level) => drawSurvivors(approve(level), { width: beamWidth, temperature, seed }),
  });
};

/** W of a level, drawn with chances proportional to exp(value / temperature) by the Gumbel trick; the same for the same level and seed. */
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
