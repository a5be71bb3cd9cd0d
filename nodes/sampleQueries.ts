import { toQuery, type Query } from '../state/example.ts';
import type { SampleQueries } from './node.ts';
import { createMersenneTwister, shuffle } from '../statistics/random.ts';

/** Options of `makeSampleQueries`. */
export interface SampleQueriesOptions {
  /** "given" (the default) keeps the order; "shuffled" samples the sources in proportion, as the reference does. */
  order?: 'given' | 'shuffled';
  /** Seed of the shuffle; 42 by default. */
  seed?: number;
  /** Largest number of queries, 1 or more; all by default. */
  limit?: number | null;
}

/** Makes the step that orders the training queries; those that the user holds out come last. Shuffled: the sources in proportion, interleaved in blocks, then one seeded shuffle (docs/reference.md#order-of-the-queries). */
export function makeSampleQueries({
  order = 'given',
  seed = 42,
  limit = null,
}: SampleQueriesOptions = {}): SampleQueries {
  return async function sampleQueries({ queries }) {
    const all = queries.map(toQuery);
    const training = all.filter((query) => !query.heldOut);
    const heldOut = all.filter((query) => query.heldOut);
    const count = Math.min(limit ?? training.length, training.length);
    return {
      queries:
        order === 'given'
          ? [...training.slice(0, count), ...heldOut]
          : [...shuffleOverSources(training, count, seed), ...shuffle(heldOut, createMersenneTwister(seed))],
    };
  };
}

function shuffleOverSources(queries: readonly Query[], count: number, seed: number): Query[] {
  const sources = [...new Set(queries.map((q) => q.source))];
  const pools = sources.map((source) => queries.filter((q) => q.source === source));
  const sizes = allocateProportionally(
    pools.map((p) => p.length),
    count,
  );
  const draw = createMersenneTwister(seed + 1); // the reference uses no seed here; the order of the sources does not depend on it
  const drawn = pools.map((pool, i) => shuffle(pool, draw).slice(0, sizes[i]));
  return shuffle(interleaveSources(drawn), createMersenneTwister(seed));
}

/** How many queries each source gets: its share of `total`, rounded down, and the rest in turn. */
export function allocateProportionally(sizes: readonly number[], total: number): number[] {
  const available = sizes.reduce((a, b) => a + b, 0);
  const counts = sizes.map((size) => Math.floor((total / available) * size));
  for (let i = 0, left = total - counts.reduce((a, b) => a + b, 0); left > 0; i = (i + 1) % sizes.length) {
    if ((counts[i] ?? 0) < (sizes[i] ?? 0)) {
      counts[i] = (counts[i] ?? 0) + 1;
      left--;
    }
  }
  return counts;
}

/** Blocks of each source in turn, about ten queries a round in proportion, the first source last, as in the reference. */
function interleaveSources(pools: readonly Query[][]): Query[] {
  const total = pools.reduce((n, p) => n + p.length, 0);
  const order = [...pools.slice(1), ...pools.slice(0, 1)].map((pool) => ({
    pool,
    block: Math.max(Math.floor((10 * pool.length) / total), 1),
  }));
  const interleaved: Query[] = [];
  for (let round = 0; interleaved.length < total; round++) {
    for (const { pool, block } of order) interleaved.push(...pool.slice(round * block, (round + 1) * block));
  }
  return interleaved;
}
