import type { Config } from '../../run/config/loadConfig.ts';
import { readData } from '../../run/config/readData.ts';
import { UserError } from '../../run/config/userError.ts';
import type { FreshQuery } from '../../run/prove/askFreshQuery.ts';
import { QueryDetails } from '../../state/example.ts';
import { listHeldOutQueries } from '../compare/listHeldOutQueries.ts';

/** Loads the held-out queries of a file, or with `true` all that the config holds out. @throws UserError if there are none */
export async function loadTaskQueries(config: Config, file: string | true): Promise<FreshQuery[]> {
  const { queries } = await readData(config);
  if (file !== true) return (await listHeldOutQueries(config, { file, queries, asked: new Set() })).queries;
  const heldOut = queries.filter((query) => query.heldOut);
  if (heldOut.length > 0) return heldOut.map((query) => ({ query: query.text, details: QueryDetails.parse(query) }));
  throw new UserError(
    '--queries: expected a file, or queries that the config holds out, got neither; the order of the others differs by search, so name a file, or set queries.heldOut',
  );
}
