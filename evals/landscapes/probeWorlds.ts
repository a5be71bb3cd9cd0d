import { createMersenneTwister } from '../../statistics/random.ts';
import type { Landscape } from './landscapes.ts';

/**
 * Draws worlds that differ in what a probe can see: the judge's noise, the share of full marks and the usable rewrites, each of
 * them sound in half of the worlds. Rewriting helps in each of them if nothing stands in its way.
 */
export function drawProbeWorlds(count: number, seed: number): Landscape[] {
  const random = createMersenneTwister(seed);
  const unit = (): number => (random() + 0.5) / 2 ** 32;
  const between = (low: number, high: number): number => low + (high - low) * unit();
  return Array.from({ length: count }, (_, i) => ({
    ...(unit() < 0.3
      ? { kind: 'walk', mean: between(-0.02, 0.05), sd: between(0.12, 0.3) }
      : { kind: 'pull', strength: between(0.2, 0.9), target: between(0.05, 0.6), sd: between(0.12, 0.3) }),
    name: `world ${i}`,
    judgeNoise: unit() < 0.5 ? 0.34 : 0.34 * 10 ** unit(),
    start: unit() < 0.5 ? 3.9 : between(3, 6.5),
    usable: unit() < 0.5 ? 1 : unit() < 0.4 ? 0 : unit(),
  }));
}
