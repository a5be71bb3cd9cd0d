import { createMersenneTwister } from './random.ts';

export interface ResampleOptions {
  /** Resamples; 2000 by default. */
  rounds?: number;
  /** Seed of the random numbers: the same seed gives the same interval. */
  seed?: number;
}

export interface BootstrapOptions extends ResampleOptions {
  /** Share of resamples inside the interval, 0 to 1; 0.95 by default. */
  level?: number;
}

/** An estimate and the ends of its interval, in points. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
}

/** A statistic of the drawn items, given by their indices; NaN if it has no value. `isWhole`: each item is there exactly once. */
export type Statistic = (drawn: Int32Array, isWhole: boolean) => number;

/** The percentile interval of a statistic over `count` items drawn with replacement; null if the items have no such statistic. */
export function bootstrap(count: number, statistic: Statistic, options: BootstrapOptions = {}): Interval | null {
  const mean = count
    ? statistic(
        Int32Array.from({ length: count }, (_, i) => i),
        true,
      )
    : NaN;
  if (Number.isNaN(mean)) return null;
  const values = resample(count, count, (drawn) => statistic(drawn, false), options);
  const { level = 0.95 } = options;
  return {
    mean,
    low: interpolateQuantile(values, (1 - level) / 2),
    high: interpolateQuantile(values, (1 + level) / 2),
  };
}

/** A statistic of `size` of `count` items, drawn with replacement again and again: its values in ascending order, without NaN. */
export function resample(
  count: number,
  size: number,
  statistic: (drawn: Int32Array) => number,
  { rounds = 2000, seed = 0 }: ResampleOptions = {},
): Float64Array {
  const draw = createMersenneTwister(seed);
  const drawn = new Int32Array(size);
  const values = new Float64Array(rounds).map(() => {
    for (let i = 0; i < size; i++) drawn[i] = Math.floor((draw() / 2 ** 32) * count);
    return statistic(drawn);
  });
  return values.filter((value) => !Number.isNaN(value)).toSorted();
}

/** The value below which a share (0 to 1) of ascending values lies, interpolated between neighbours; NaN of none. */
export function interpolateQuantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(position)] ?? NaN, sorted[Math.ceil(position)] ?? NaN];
  return below + (above - below) * (position - Math.floor(position));
}

/** The mean of the drawn values. */
export function computeDrawnMean(values: Float64Array, drawn: Int32Array): number {
  let sum = 0;
  for (const i of drawn) sum += values[i] ?? NaN;
  return sum / drawn.length;
}

/** The mean of numbers with its percentile interval; null of an empty list. */
export function bootstrapMean(values: readonly number[], options: BootstrapOptions = {}): Interval | null {
  const all = Float64Array.from(values);
  return bootstrap(all.length, (drawn) => computeDrawnMean(all, drawn), options);
}
