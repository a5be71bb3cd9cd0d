import { toQuery, type Query } from '../state/example.ts';
import type { SampleQueries } from './node.ts';
import { createMersenneTwister, shuffle } from '../statistics/random.ts';

export interface SampleQueriesOptions {
  /** "given" keeps the order; "shuffled" draws over the sources in proportion, as the reference does. */
  order?: 'given' | 'shuffled';
  seed?: number;
  /** How many at most, 1 or more; all by default. */
  limit?: number | null;
}

/** The training queries in their order (docs/algorithm.md#order-of-the-queries: sources in proportion, interleaved in blocks, one seeded shuffle). */
export function makeSampleQueries({
  order = 'given',
  seed = 42,
  limit = null,
}: SampleQueriesOptions = {}): SampleQueries {
  return async function sampleQueries({ queries }) {
    const given = queries.map(toQuery);
    const wanted = Math.min(limit ?? given.length, given.length);
    return { queries: order === 'given' ? given.slice(0, wanted) : shuffleOverSources(given, wanted, seed) };
  };
}

function shuffleOverSources(queries: readonly Query[], wanted: number, seed: number): Query[] {
  const sources = [...new Set(queries.map((q) => q.source))];
  const pools = sources.map((source) => queries.filter((q) => q.source === source));
  const sizes = allocateProportionally(
    pools.map((p) => p.length),
    wanted,
  );
  const draw = createMersenneTwister(seed + 1); // the reference draws unseeded here; the order of sources does not depend on it
  const drawn = pools.map((pool, i) => shuffle(pool, draw).slice(0, sizes[i]));
  return shuffle(interleaveSources(drawn), createMersenneTwister(seed));
}

/** How many of each source: its share, rounded down, the rest handed out in turn. */
export function allocateProportionally(sizes: readonly number[], wanted: number): number[] {
  const total = sizes.reduce((a, b) => a + b, 0);
  const counts = sizes.map((size) => Math.floor((wanted / total) * size));
  for (let i = 0, left = wanted - counts.reduce((a, b) => a + b, 0); left > 0; i = (i + 1) % sizes.length) {
    if ((counts[i] ?? 0) < (sizes[i] ?? 0)) {
      counts[i] = (counts[i] ?? 0) + 1;
      left--;
    }
  }
  return counts;
}

/** Blocks of each source in turn, ten queries a round in proportion, the first source last (the reference's order). */
function interleaveSources(pools: readonly Query[][]): Query[] {
  const total = pools.reduce((n, p) => n + p.length, 0);
  const order = [...pools.slice(1), ...pools.slice(0, 1)].map((pool) => ({
    pool,
    block: Math.max(Math.floor((10 * pool.length) / total), 1),
  }));
  const out: Query[] = [];
  for (let round = 0; out.length < total; round++) {
    for (const { pool, block } of order) out.push(...pool.slice(round * block, (round + 1) * block));
  }
  return out;
}
