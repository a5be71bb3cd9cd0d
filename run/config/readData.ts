import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { createInterface } from 'node:readline';
import { createMersenneTwister, type Random32 } from '../../statistics/random.ts';
import { unwrapAnswer } from '../../nodes/rewriteExample.ts';
import { allocateProportionally } from '../../nodes/sampleQueries.ts';
import type { Example, Query } from '../../state/example.ts';
import type { Config } from './loadConfig.ts';
import { formatValue, UserError } from './userError.ts';
import { getErrorMessage } from '../../state/failure.ts';

export interface QueriesConfig {
  files: readonly string[];
  order: 'given' | 'shuffled';
  seed: number;
  limit: number | null;
}

/**
 * Reads the queries of all files; each file is a source. In the order "shuffled" the result is a seeded sample of each file in
 * proportion to its size, in the order "given" the first queries. At most `limit` queries of a file are in memory.
 * @throws UserError if a file cannot be read or holds something else
 */
export async function readQueries({ files, order, seed, limit }: QueriesConfig): Promise<Query[]> {
  const draw = createMersenneTwister(seed);
  const pools: QueryPool[] = [];
  for (const file of files) pools.push(await readPool(file, order, limit ?? Infinity, draw));
  const total = pools.reduce((n, p) => n + p.size, 0);
  if (total === 0) throw new UserError(`queries.files: expected at least one query, got none in ${files.join(', ')}`);
  if (order === 'given' || limit === null || total <= limit)
    return pools.flatMap((p) => p.queries).slice(0, limit ?? Infinity);
  const sizes = allocateProportionally(
    pools.map((p) => p.size),
    limit,
  );
  return pools.flatMap((p, i) => p.queries.slice(0, sizes[i]));
}

interface QueryPool {
  size: number;
  queries: Query[];
}

/** Reads one file and keeps at most `limit` queries: the first ones, or a uniform sample (reservoir). */
async function readPool(
  file: string,
  order: QueriesConfig['order'],
  limit: number,
  draw: Random32,
): Promise<QueryPool> {
  const pool: QueryPool = { size: 0, queries: [] };
  const source = basename(file);
  for await (const text of readTexts(file)) {
    if (text.trim() === '') continue;
    const index = pool.size < limit ? pool.size : order === 'given' ? limit : draw() % (pool.size + 1);
    if (index < limit) pool.queries[index] = { text, source };
    pool.size++;
    if (order === 'given' && pool.size === limit) break;
  }
  return pool;
}

async function* readTexts(file: string): AsyncGenerator<string> {
  const kind = extname(file).toLowerCase();
  if (kind === '.json') {
    const parsed = parseJson(await readUtf8(file, 'queries.files'), file);
    if (!Array.isArray(parsed))
      throw new UserError(`${file}: expected a JSON list of queries, got ${formatValue(parsed)}`);
    for (const [i, item] of parsed.entries()) yield toQueryText(item, `${file}, item ${i + 1}`);
    return;
  }
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
      line++;
      if (kind !== '.jsonl') yield text;
      else if (text.trim() !== '') yield toQueryText(parseJson(text, `${file}, line ${line}`), `${file}, line ${line}`);
    }
  } catch (error) {
    throw toUnreadableFault(error, file, 'queries.files');
  }
}

/** Reads the text of a query from an item of a data file. @throws UserError that names the item */
export function toQueryText(item: unknown, place: string): string {
  if (typeof item === 'string') return item;
  for (const key of ['query', 'instruction', 'prompt']) {
    const text: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, key) : undefined;
    if (typeof text === 'string') return text;
  }
  throw new UserError(
    `${place}: expected a string or an object with "query", "instruction" or "prompt", got ${formatValue(item)}`,
  );
}

/** Reads the in-context examples of a file: `{query: answer}`, whose answers may be wrapped in <START> … <END>, or a list of `{query, answer}`. */
export const readExamples = async (file: string): Promise<Example[]> =>
  toExamples(parseJson(await readUtf8(file, 'examples.file'), file), file);

/** Reads in-context examples from the content of a data file. @throws UserError that names the example */
export function toExamples(parsed: unknown, place: string): Example[] {
  const pairs: [unknown, unknown][] = Array.isArray(parsed)
    ? parsed.map((item) =>
        typeof item === 'object' && item !== null
          ? [Reflect.get(item, 'query'), Reflect.get(item, 'answer')]
          : [item, undefined],
      )
    : typeof parsed === 'object' && parsed !== null
      ? Object.entries(parsed)
      : [];
  if (pairs.length === 0)
    throw new UserError(
      `${place}: expected an object {query: answer} or a list of {query, answer}, got ${formatValue(parsed)}`,
    );
  return pairs.map(([query, answer], i) => {
    if (typeof query === 'string' && typeof answer === 'string') return { query, answer: unwrapAnswer(answer) };
    throw new UserError(
      `${place}, example ${i + 1}: expected a query and an answer, both texts, got ${formatValue({ query, answer })}`,
    );
  });
}

async function readUtf8(file: string, key: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    throw toUnreadableFault(error, file, key);
  }
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${place}: expected JSON, got something else: ${getErrorMessage(error)}`);
  }
}

function toUnreadableFault(error: unknown, file: string, key: string): Error {
  if (error instanceof UserError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new UserError(
    `${key}: expected a readable file, got ${file} (${code === 'ENOENT' ? 'no such file' : code}); paths are relative to the config's folder`,
  );
}

/** Reads the queries and examples of a config's files. @throws UserError */
export async function readData({ queries, examples }: Config): Promise<{ queries: Query[]; examples: Example[] }> {
  const [q, e] = await Promise.all([
    readQueries(queries),
    examples.file === undefined ? [] : readExamples(examples.file),
  ]);
  return { queries: q, examples: e };
}
