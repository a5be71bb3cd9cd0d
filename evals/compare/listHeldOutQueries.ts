import {
  countSearchQueries,
  getMaxPathLength,
  pickHeldOut,
  splitHeldOut,
  countFinalQueries,
} from '../../graphs/final/heldOutQueries.ts';
import { DEFAULT_FINAL, resolveFinal } from '../../graphs/finalOptions.ts';
import { resolveSearchOptions } from '../../graphs/searchOptions.ts';
import { makeSampleQueries } from '../../nodes/sampleQueries.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import { readData } from '../../run/config/readData.ts';
import { findQueryFaults } from '../../run/config/rewardFaults.ts';
import { readProofQueries } from '../../run/config/readQueries.ts';
import { UserError } from '../../run/config/userError.ts';
import type { FreshQuery } from '../../run/prove/askFreshQuery.ts';
import { toGraphOptions } from '../../run/toGraphOptions.ts';
import { QueryDetails, type Query } from '../../state/example.ts';

/** Where held-out queries come from. */
export interface HeldOutSource {
  /** A file whose queries are all asked. Default: the config's own. */
  file?: string | undefined;
  /** Queries that the searches of compared runs have asked. */
  asked: ReadonlySet<string>;
}

/**
 * Lists the queries on which prompts are compared: those of a file, or those with which a run of the config would prove its
 * prompt. Queries that a search has asked are left out; `note` says how many. @throws UserError if none are left
 */
export async function listHeldOutQueries(
  config: Config,
  { file, asked }: HeldOutSource,
): Promise<{ queries: FreshQuery[]; note: string | null }> {
  const given =
    file === undefined ? await pickProofQueries(config) : await readProofQueries(file, config.queries.fields);
  const faults = file === undefined ? [] : findQueryFaults(config, given);
  if (faults.length > 0) throw new UserError(faults.map((fault) => `${fault} (--queries ${file})`));
  const fresh = given.filter(({ text }) => !asked.has(text));
  if (fresh.length === 0)
    throw new UserError(
      file === undefined
        ? `queries.heldOut: expected queries that no search asks, got none in the config; name a file of them (--queries FILE), or mark some as held out`
        : `--queries: expected queries that no compared run has searched with, got ${given.length} in ${file} that one has; give others`,
    );
  const left = given.length - fresh.length;
  return {
    queries: fresh.map((query) => ({ query: query.text, details: QueryDetails.parse(query) })),
    note:
      left > 0
        ? `${left} of ${given.length} queries are left out, because the search of a compared run asked them`
        : null,
  };
}

/** Picks what a run's final would prove with: the user's own held-out queries, else those that the search does not reach. */
async function pickProofQueries(config: Config): Promise<Query[]> {
  const { queries: read } = await readData(config);
  const { order, seed, limit } = config.queries;
  const { queries } = await makeSampleQueries({ order, seed, limit })({ queries: read });
  const options = resolveSearchOptions(toGraphOptions(config));
  const final = resolveFinal(config.final ?? DEFAULT_FINAL);
  const own = queries.filter(({ heldOut }) => heldOut);
  if (own.length > 0) return own.slice(0, final.proof.maxQueries);
  const searched = Math.min(getMaxPathLength(options), countSearchQueries(queries, options));
  const spare = pickHeldOut(queries, searched, countFinalQueries({ final })).flatMap((i) => queries[i] ?? []);
  return splitHeldOut(spare, [], final).proof;
}
