import type { Shape } from './walk.ts';
import { reserved } from '../graphs/final/heldOutQueries.ts';
import { type Search, searchOptions } from '../graphs/searchOptions.ts';
import { lexicalRetriever, makeSampleQueries } from '../nodes/index.ts';
import type { Example } from '../state/example.ts';
import type { Config } from '../run/config/loadConfig.ts';
import { readData } from '../run/config/readData.ts';
import { graphOptions } from '../run/session.ts';

/** A config with its data: what forecasts are made from. */
export interface Given {
  config: Config;
  /** The search as it will be, with the final that fits it. */
  search: Search;
  /** Queries in all, and those of them held out for the final. */
  allQueries: number;
  held: number;
  queries: readonly string[];
  examples: readonly Example[];
  /** Of each query the examples it is answered with. */
  shots: readonly (readonly Example[])[];
}

/** Reads the config's data and finds the examples of each query; where an endpoint embeds, examples of middling length stand in. */
export async function givenOf(config: Config): Promise<Given> {
  const data = await readData(config);
  const { order, seed, limit } = config.queries;
  const sampled = await makeSampleQueries({ order, seed, limit })({ queries: data.queries });
  const greedy = config.search.strategy === 'greedy' && { beamWidth: 1 };
  const search = searchOptions({ ...graphOptions(config), ...greedy });
  const held = search.final ? reserved(sampled.queries.length, search.final.queries + search.final.proof) : 0;
  const longest = Math.min(sampled.queries.length - held, search.depth + search.maxDepthIncrease);
  const queries = sampled.queries.slice(0, longest).map((q) => q.text);
  const { examples } = data;
  const k = Math.min(config.examples.k, examples.length);
  const byLength = examples.toSorted((a, b) => a.answer.length + a.query.length - b.answer.length - b.query.length);
  const middle = byLength.slice(Math.floor((examples.length - k) / 2)).slice(0, k);
  const ranks =
    k > 0 && config.models.embeddings.provider === 'lexical'
      ? await lexicalRetriever().rank(queries, examples, k)
      : null;
  const shots = queries.map((_, i) => ranks?.[i]?.flatMap((j) => examples[j] ?? []) ?? middle);
  return { config, search, allQueries: sampled.queries.length, held, queries, examples, shots };
}

export const shapeOf = ({ config, search, allQueries, queries }: Given, taken = 1): Shape => ({
  ...search,
  taken,
  allQueries,
  queries: queries.length,
  mayEndAt: Math.min(config.search.stopWhenPerfect ? 1 : Infinity, (config.search.patience ?? Infinity) + 1),
});
