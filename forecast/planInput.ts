import { createRetriever, makeRetrieveExamples, makeSampleQueries, type Nodes } from '../nodes/index.ts';
import type { Config } from '../run/config/loadConfig.ts';
import { readRunData } from '../run/config/readData.ts';
import type { Example } from '../state/example.ts';

/** A config with its data, and the nodes that need no model: what a forecast is made from. */
export interface PlanInput {
  config: Config;
  data: Awaited<ReturnType<typeof readRunData>>;
  /** What was read, in words. */
  description: string;
  nodes: Pick<Nodes, 'sampleQueries' | 'retrieveExamples'>;
}

/** Reads the config's data. If an endpoint embeds, examples of middling length replace those that it would find. @throws UserError */
export async function readPlanInput(config: Config): Promise<PlanInput> {
  let description = '';
  const data = await readRunData(config, (text) => (description = text));
  const { order, seed, limit } = config.queries;
  const { k, from, choose } = config.examples;
  const leaveOwnOut = from === 'queries';
  const retrieve =
    config.models.embeddings.provider === 'lexical' || choose === 'fixed'
      ? makeRetrieveExamples({ retriever: createRetriever(choose), k, leaveOwnOut })
      : makeRetrieveExamples({ retriever: MIDDLE_RETRIEVER, k });
  // all walks retrieve the same examples
  const retrieved = new Map<string, ReturnType<typeof retrieve>>();
  const retrieveExamples: typeof retrieve = (reads) => {
    const key = JSON.stringify([reads.queries, reads.examples.map((e) => e.query)]);
    const known = retrieved.get(key) ?? retrieve(reads);
    retrieved.set(key, known);
    return known;
  };
  return {
    config,
    data,
    description,
    nodes: { sampleQueries: makeSampleQueries({ order, seed, limit }), retrieveExamples },
  };
}

/** The k examples of middling length, whatever the query. */
const MIDDLE_RETRIEVER = {
  name: 'middle',
  rank: (queries: readonly string[], examples: readonly Example[], k: number): Promise<number[][]> => {
    const length = (i: number): number => (examples[i]?.query.length ?? 0) + (examples[i]?.answer.length ?? 0);
    const byLength = [...examples.keys()].toSorted((a, b) => length(a) - length(b));
    const middle = byLength.slice(Math.floor((examples.length - k) / 2)).slice(0, k);
    return Promise.resolve(queries.map(() => middle));
  },
};
