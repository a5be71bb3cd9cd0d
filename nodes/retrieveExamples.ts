import type { Example } from '../state/example.ts';
import type { RetrieveExamples } from './node.ts';

/** Ranks examples by similarity: for each query the indices of the k most similar ones, the most similar first. */
export interface Retriever {
  name: string;
  rank(queries: readonly string[], examples: readonly Example[], k: number): Promise<number[][]>;
}

/** How a query's examples are chosen: the most similar to it, or the same for every query. */
export type ExampleChoice = 'similar' | 'fixed';

/** K: the in-context examples of a query, as in the paper. */
export const DEFAULT_EXAMPLE_COUNT = 2;

/** Options of `makeRetrieveExamples`. */
export interface RetrieveExamplesOptions {
  retriever: Retriever;
  /** Examples retrieved for each query, 0 or more; 2 by default. */
  k?: number;
  /** Whether a query never gets itself as an example, because its answer would be given away; false by default. */
  leaveOwnOut?: boolean;
}

/** Makes the step that finds the K most similar examples of each query, I*_K. */
export function makeRetrieveExamples({
  retriever,
  k = DEFAULT_EXAMPLE_COUNT,
  leaveOwnOut = false,
}: RetrieveExamplesOptions): RetrieveExamples {
  return async function retrieveExamples({ queries, examples }) {
    if (k === 0 || examples.length === 0) return { exampleIndices: queries.map(() => []) };
    if (!leaveOwnOut) return { exampleIndices: await retriever.rank(queries, examples, Math.min(k, examples.length)) };
    const ranked = await retriever.rank(queries, examples, Math.min(k + 1, examples.length));
    return {
      exampleIndices: ranked.map((indices, i) =>
        indices.filter((at) => examples[at]?.query !== queries[i]).slice(0, k),
      ),
    };
  };
}
