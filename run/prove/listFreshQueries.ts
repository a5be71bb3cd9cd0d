import { QueryDetails, type Query } from '../../state/example.ts';
import { createMersenneTwister, shuffle } from '../../statistics/random.ts';
import type { Config } from '../config/loadConfig.ts';
import { readData } from '../config/readData.ts';
import { readProofQueries } from '../config/readQueries.ts';
import { UserError } from '../config/userError.ts';
import type { OptimizeResult } from '../result.ts';
import type { FreshQuery } from './askFreshQuery.ts';

/** What a proof knows already. */
interface KnownProof {
  records: readonly { query: string }[];
  /** Queries on which another judge has judged answers. */
  queriesOfOthers: readonly string[];
}

/**
 * Lists the queries that can continue a proof: of a file, or of the run's own data those that the search has not asked. Queries that
 * another judge has seen come first, since they are answered already; then those that the user holds out. The others are shuffled.
 * @throws UserError if there are none
 */
export async function listFreshQueries(
  config: Config,
  file: string | undefined,
  { nodes, final }: Pick<OptimizeResult, 'nodes' | 'final'>,
  { records, queriesOfOthers }: KnownProof,
): Promise<FreshQuery[]> {
  const needsOwn = file === undefined || queriesOfOthers.length > 0;
  const own = needsOwn ? (await readData(config)).queries : [];
  const given = file === undefined ? own : await readProofQueries(file, config.queries.fields);
  const asked = new Set([
    ...nodes.map(({ query }) => query),
    ...(final?.queries ?? []),
    ...(final?.shortened?.queries ?? []),
    ...records.map((r) => r.query),
  ]);
  const draw = createMersenneTwister(config.queries.seed);
  const seen = new Set<string>();
  const fresh = shuffle(given, draw).filter(({ text }) => {
    if (asked.has(text) || seen.has(text)) return false;
    seen.add(text);
    return true;
  });
  const others = new Set(queriesOfOthers);
  const known = new Map([...own, ...given].map((query) => [query.text, query]));
  const again = [...others].flatMap((text) => known.get(text) ?? []);
  const rest = fresh.filter(({ text }) => !others.has(text));
  const listed = [...again, ...rest.filter(({ heldOut }) => heldOut), ...rest.filter(({ heldOut }) => !heldOut)];
  if (listed.length > 0) return listed.map(toFreshQuery);
  throw new UserError(
    file === undefined
      ? `--queries: expected a file of fresh queries, got none; the run has asked all ${own.length} of its own`
      : `--queries: expected queries that the run has not asked, got ${given.length} in ${file} that it has; give others`,
  );
}

const toFreshQuery = (query: Query): FreshQuery => ({ query: query.text, details: QueryDetails.parse(query) });
