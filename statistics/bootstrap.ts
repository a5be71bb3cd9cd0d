import { createMersenneTwister, type Random32 } from './random.ts';

export interface BootstrapOptions {
  /** Resamples; 2000 unless told. */
  rounds?: number;
  /** Of the generator: the same seed gives the same interval. */
  seed?: number;
  /** Share of resamples inside the interval, 0 to 1; 0.95 unless told. */
  level?: number;
}

/** An estimate with its percentile bootstrap interval, in points. */
export interface BootstrapInterval {
  mean: number;
  low: number;
  high: number;
}

/** A statistic of the items drawn (by their places); NaN where it cannot be taken of them. `whole`: they are all items, once each. */
export type Statistic = (drawn: Int32Array, whole: boolean) => number;

/** The interval of a statistic over `count` items drawn with replacement; null where it cannot be taken of the items themselves. */
export function bootstrap(
  count: number,
  statistic: Statistic,
  options: BootstrapOptions = {},
): BootstrapInterval | null {
  const { rounds = 2000, seed = 0, level = 0.95 } = options;
  const drawn = Int32Array.from({ length: count }, (_, i) => i);
  const mean = count ? statistic(drawn, true) : NaN;
  if (Number.isNaN(mean)) return null;
  const draw = createMersenneTwister(seed);
  const values = new Float64Array(rounds)
    .map(() => statistic(resampleInPlace(drawn, draw), false))
    .filter((v) => !Number.isNaN(v));
  return { mean, ...computePercentileBounds(values.toSorted(), level) };
}

function resampleInPlace(drawn: Int32Array, draw: Random32): Int32Array {
  for (let i = 0; i < drawn.length; i++) drawn[i] = Math.floor((draw() / 2 ** 32) * drawn.length);
  return drawn;
}

function computePercentileBounds(sorted: Float64Array, level: number): { low: number; high: number } {
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
    return below + (above - below) * (place - Math.floor(place));
  };
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

/** The mean of numbers with its interval; null of none. */
export function bootstrapMean(values: readonly number[], options: BootstrapOptions = {}): BootstrapInterval | null {
  const all = Float64Array.from(values);
  return bootstrap(
    all.length,
    (drawn) => {
      let sum = 0;
      for (const i of drawn) sum += all[i] ?? 0;
      return sum / drawn.length;
    },
    options,
  );
}

/**
 * The mean of paired differences over instructions and seeds (`differences[seed][instruction]`), with its interval. Where
 * there are several seeds they are drawn too: the luck of a search counts, not that of the instructions alone.
 */
export function bootstrapPairedDifferences(
  differences: readonly (readonly number[])[],
  options: BootstrapOptions = {},
): BootstrapInterval | null {
  const [first, ...others] = differences;
  if (first === undefined) return null;
  if (others.length === 0) return bootstrapMean(first, options);
  const draw = createMersenneTwister((options.seed ?? 0) + 1);
  return bootstrap(
    first.length,
    (drawn, whole) => {
      const seeds = whole ? differences : differences.map(() => differences[draw() % differences.length] ?? first);
      let sum = 0;
      for (const row of seeds) for (const i of drawn) sum += row[i] ?? 0;
      return sum / (seeds.length * drawn.length);
    },
    options,
  );
}
