import type { SearchShape } from './walk.ts';
import { countReserved } from '../graphs/final/heldOutQueries.ts';
import { type ResolvedSearchOptions, resolveSearchOptions } from '../graphs/searchOptions.ts';
import { createLexicalRetriever, makeSampleQueries } from '../nodes/index.ts';
import type { Example } from '../state/example.ts';
import type { Config } from '../run/config/loadConfig.ts';
import { readData } from '../run/config/readData.ts';
import { toGraphOptions } from '../run/toGraphOptions.ts';

/** A config with its data: what forecasts are made from. */
export interface PlanInput {
  config: Config;
  /** The search as it will be, with the final that fits it. */
  search: ResolvedSearchOptions;
  /** Queries in all, and those of them held out for the final. */
  allQueries: number;
  heldOutCount: number;
  queries: readonly string[];
  examples: readonly Example[];
  /** Of each query the examples it is answered with. */
  examplesByQuery: readonly (readonly Example[])[];
}

/** Reads the config's data and finds the examples of each query; where an endpoint embeds, examples of middling length stand in. */
export async function readPlanInput(config: Config): Promise<PlanInput> {
  const data = await readData(config);
  const { order, seed, limit } = config.queries;
  const sampled = await makeSampleQueries({ order, seed, limit })({ queries: data.queries });
  const greedy = config.search.strategy.name === 'greedy' && { beamWidth: 1 };
  const search = resolveSearchOptions({ ...toGraphOptions(config), ...greedy });
  const held = search.final
    ? countReserved(sampled.queries.length, search.final.selectionQueries + search.final.proof.maxQueries)
    : 0;
  const longest = Math.min(sampled.queries.length - held, search.depth + search.maxDepthIncrease);
  const queries = sampled.queries.slice(0, longest).map((q) => q.text);
  const { examples } = data;
  const k = Math.min(config.examples.k, examples.length);
  const byLength = examples.toSorted((a, b) => a.answer.length + a.query.length - b.answer.length - b.query.length);
  const middle = byLength.slice(Math.floor((examples.length - k) / 2)).slice(0, k);
  const ranks =
    k > 0 && config.models.embeddings.provider === 'lexical'
      ? await createLexicalRetriever().rank(queries, examples, k)
      : null;
  const shots = queries.map((_, i) => ranks?.[i]?.flatMap((j) => examples[j] ?? []) ?? middle);
  return {
    config,
    search,
    allQueries: sampled.queries.length,
    heldOutCount: held,
    queries,
    examples,
    examplesByQuery: shots,
  };
}

export const toSearchShape = ({ config, search, allQueries, queries }: PlanInput, taken = 1): SearchShape => ({
  ...search,
  acceptedShare: taken,
  allQueries,
  queries: queries.length,
  mayEndAt: Math.min(config.search.stopWhenPerfect ? 1 : Infinity, (config.search.patience ?? Infinity) + 1),
});
