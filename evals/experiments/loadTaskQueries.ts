import type { Config } from '../../run/config/loadConfig.ts';
import { readData } from '../../run/config/readData.ts';
import { UserError } from '../../run/config/userError.ts';
import type { FreshQuery } from '../../run/prove/askFreshQuery.ts';
import { QueryDetails } from '../../state/example.ts';
import { listHeldOutQueries } from '../compare/listHeldOutQueries.ts';

/**
 * Loads the held-out queries of a file, or with `true` all that the config holds out, without those that a search has asked.
 * @throws UserError if there are none
 */
export async function loadTaskQueries(
  config: Config,
  file: string | true,
  asked: ReadonlySet<string> = new Set(),
): Promise<FreshQuery[]> {
  if (file !== true) return (await listHeldOutQueries(config, { file, asked })).queries;
  const heldOut = (await readData(config)).queries.filter((query) => query.heldOut && !asked.has(query.text));
  if (heldOut.length > 0) return heldOut.map((query) => ({ query: query.text, details: QueryDetails.parse(query) }));
  throw new UserError(
    '--queries: expected a file, or queries that the config holds out, got neither; the order of the others differs by search, so name a file, or set queries.heldOut',
  );
}
