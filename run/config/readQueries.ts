import { hash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { allocateProportionally } from '../../nodes/sampleQueries.ts';
import type { Query } from '../../state/example.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { createMersenneTwister } from '../../statistics/random.ts';
import { resolveCheckModules } from './checkModules.ts';
import { parseQuery } from './parseQuery.ts';
import type { QueryFields } from './queryFields.ts';
import { readRows } from './readRows.ts';
import { UserError } from './userError.ts';

/** Which queries are read: `queries` of a config. */
export interface QueriesConfig {
  files: readonly string[];
  order: 'given' | 'shuffled';
  seed: number;
  /** Training queries at most; null for all. */
  limit: number | null;
  fields?: QueryFields;
  /** Files of queries that are kept for the proof. */
  heldOut?: readonly string[];
  /** Whether a query counts each time it stands in the files, as in the reference. */
  keepDuplicates?: boolean;
}

/** What was read, for the first line of a run. */
export interface QueryFacts {
  queries: readonly Query[];
  /** Queries that stand in the files before `limit` is applied, without duplicates. */
  found: number;
  /** Queries left out because they are equal to an earlier or a held-out one. */
  duplicates: number;
  /** Among these, those that expect something else. */
  conflicts: number;
  /** Whether queries have a weight, which is the same for all, so that nothing uses it. */
  hasEqualWeights: boolean;
  /** Keys of the files beside their lists of queries, which nothing uses. */
  unused: readonly string[];
}

/**
 * Reads the queries of all files; each file is a source. In the order "shuffled" the result is a seeded sample of each file in
 * proportion to its size, in the order "given" the first queries. At most `limit` training queries of a file are in memory.
 * Held-out queries follow the others, all of them. `onRead` gets what was read.
 * @throws UserError if a file cannot be read or holds something else
 */
export async function readQueries(config: QueriesConfig, onRead?: (facts: QueryFacts) => void): Promise<Query[]> {
  const { files, heldOut: heldOutFiles = [], order, limit } = config;
  const seen = new SeenQueries(config.keepDuplicates ?? false);
  const draw = createMersenneTwister(config.seed);
  const heldOut: Query[] = [];
  const columns = new SeenColumns(config.fields);
  for (const file of heldOutFiles)
    for await (const query of readFileQueries(file, 'queries.heldOut', columns, config.fields))
      if (seen.add(query)) heldOut.push({ ...query, heldOut: true });
  const pools: QueryPool[] = [];
  for (const file of files) {
    const pool: QueryPool = { size: 0, queries: [] };
    for await (const query of readFileQueries(file, 'queries.files', columns, config.fields)) {
      if (!seen.add(query)) continue;
      if (query.heldOut) heldOut.push(query);
      else addToPool(pool, query, limit ?? Infinity, order === 'given' ? undefined : draw);
    }
    pools.push(pool);
  }
  columns.requireMapped();
  const total = pools.reduce((n, p) => n + p.size, 0);
  if (total === 0)
    throw new UserError(
      `queries.files: expected at least one query to train with, got none in ${files.join(', ')}${heldOut.length > 0 ? `, because all ${heldOut.length} are held out` : ''}`,
    );
  const training = takeProportionally(pools, order, limit, total).filter((query) => !seen.isHeldOut(query));
  const queries = scaleWeights([...training, ...heldOut]);
  onRead?.({
    queries,
    found: total + heldOut.length,
    duplicates: seen.duplicates,
    conflicts: seen.conflicts,
    hasEqualWeights: !queries.some(hasWeight) && [...training, ...heldOut].some(hasWeight),
    unused: [...columns.unused],
  });
  return queries;
}

const hasWeight = ({ weight }: Query): boolean => weight !== undefined;

/** Divides the weights by their mean, so that a usual query has a weight of 1. Equal ones are left out. */
function scaleWeights(queries: readonly Query[]): Query[] {
  const weights = queries.map(({ weight = 1 }) => weight);
  const usual = computeMean(weights) ?? 1;
  const isEqual = weights.every((weight) => weight === weights[0]);
  return queries.map(({ weight = 1, ...query }) => (isEqual ? query : { ...query, weight: weight / usual }));
}

/** Reads every query of a flag's file in its order, however often it stands there. @throws UserError if there is none */
export async function readAllQueries(flag: string, file: string): Promise<Query[]> {
  const queries: Query[] = [];
  for await (const query of readFileQueries(file, flag, new SeenColumns())) queries.push(query);
  if (queries.length > 0) return queries;
  throw new UserError(`${file}: expected at least one query, got none`);
}

/** Reads the queries of a file that is all for a proof: held out or not, each once. @throws UserError if there is none */
export async function readProofQueries(file: string, fields?: QueryFields): Promise<Query[]> {
  const seen = new SeenQueries(false);
  const columns = new SeenColumns(fields);
  const queries: Query[] = [];
  for await (const query of readFileQueries(file, '--queries', columns, fields))
    if (seen.add({ ...query, heldOut: false })) queries.push(query);
  columns.requireMapped();
  if (queries.length > 0) return queries;
  throw new UserError(`--queries: expected at least one query, got none in ${file}`);
}

async function* readFileQueries(
  file: string,
  key: string,
  columns: SeenColumns,
  fields?: QueryFields,
): AsyncGenerator<Query> {
  const source = basename(file);
  for await (const { value, place } of readRows(file, { key, onUnused: (name) => void columns.unused.add(name) })) {
    columns.add(value);
    const { checks, ...query } = parseQuery(value, place, fields);
    yield { source, ...query, ...(checks && { checks: resolveCheckModules(checks, dirname(file)) }) };
  }
}

/** Which fields the files have, so that a mapping to a field that none has is no silence. */
class SeenColumns {
  readonly unused = new Set<string>();
  readonly #names = new Set<string>();
  readonly #missing: Map<string, string>;

  constructor(fields: QueryFields = {}) {
    const mapped = Object.entries(fields).flatMap(([meaning, names]) =>
      [names].flat().map((name) => [name, meaning] as const),
    );
    this.#missing = new Map(mapped);
  }

  add(item: unknown): void {
    if (this.#missing.size === 0 || typeof item !== 'object' || item === null) return;
    for (const [name, value] of Object.entries(item)) {
      if (this.#names.size < MAX_NAMES_SHOWN) this.#names.add(name);
      if (value === null) continue;
      for (const wanted of this.#missing.keys()) if (isSameField(wanted, name)) this.#missing.delete(wanted);
    }
  }

  /** @throws UserError if no query has a field that `queries.fields` names */
  requireMapped(): void {
    const known = [...this.#names].join(', ') || 'no fields';
    const faults = [...this.#missing].map(
      ([name, meaning]) =>
        `queries.fields.${meaning}: expected a field of the queries, got "${name}", which none has; they have ${known}`,
    );
    if (faults.length > 0) throw new UserError(faults);
  }
}

const MAX_NAMES_SHOWN = 30;
const isSameField = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Which queries were read before, whatever their case and spaces. */
class SeenQueries {
  readonly #wantedByKey = new Map<string, string>();
  readonly #heldOutKeys = new Set<string>();
  readonly #keepDuplicates: boolean;
  duplicates = 0;
  conflicts = 0;

  constructor(keepDuplicates: boolean) {
    this.#keepDuplicates = keepDuplicates;
  }

  /** Notes a query. @returns whether it counts: it is new, or is held out and was read as a training query only */
  add(query: Query): boolean {
    const key = toKey(query);
    const isNew = !this.#wantedByKey.has(key);
    const isFirstHeldOut = query.heldOut === true && !this.#heldOutKeys.has(key);
    if (query.heldOut) this.#heldOutKeys.add(key);
    if (isNew) this.#wantedByKey.set(key, describeWanted(query));
    else if (!this.#keepDuplicates) {
      this.duplicates++;
      if (this.#wantedByKey.get(key) !== describeWanted(query)) this.conflicts++;
    }
    return isNew || isFirstHeldOut || this.#keepDuplicates;
  }

  isHeldOut(query: Query): boolean {
    return this.#heldOutKeys.size > 0 && this.#heldOutKeys.has(toKey(query));
  }
}

/** What the answer to a query is judged by; two equal queries may differ in it. */
const describeWanted = ({ expected, criteria, checks, weight }: Query): string =>
  hash('md5', JSON.stringify([expected, criteria, checks, weight]));

const toKey = ({ text, context = [] }: Query): string =>
  hash('md5', JSON.stringify([normalizeText(text), ...context.map(({ content }) => normalizeText(content))]));

const normalizeText = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();

/** The queries of one file: the first ones, or a uniform sample (reservoir). */
interface QueryPool {
  size: number;
  queries: Query[];
}

/** Adds a query to a pool of at most `limit`. Without `draw` the first ones stay. */
function addToPool(pool: QueryPool, query: Query, limit: number, draw: (() => number) | undefined): void {
  const index = pool.size < limit ? pool.size : draw ? draw() % (pool.size + 1) : limit;
  if (index < limit) pool.queries[index] = query;
  pool.size++;
}

function takeProportionally(
  pools: readonly QueryPool[],
  order: QueriesConfig['order'],
  limit: number | null,
  total: number,
): Query[] {
  if (order === 'given' || limit === null || total <= limit)
    return pools.flatMap((p) => p.queries).slice(0, limit ?? Infinity);
  const sizes = allocateProportionally(
    pools.map((p) => p.size),
    limit,
  );
  return pools.flatMap((p, i) => p.queries.slice(0, sizes[i]));
}
