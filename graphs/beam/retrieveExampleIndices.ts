import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { Nodes } from '../../nodes/node.ts';
import { toQuery, type Example, type QueryInput } from '../../state/example.ts';
import { getHeldOutIndices, getMaxPathLength } from '../final/heldOutQueries.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';

/** Retrieves the K examples of each query that a path can reach or that is held out. The other queries have none. */
export async function retrieveExampleIndices(
  { retrieveExamples }: Pick<Nodes, 'retrieveExamples'>,
  { queries, examples }: { queries: readonly QueryInput[]; examples: Example[] },
  options: ResolvedSearchOptions,
  config: LangGraphRunnableConfig,
): Promise<number[][]> {
  const texts = queries.map((q) => toQuery(q).text);
  const wanted = new Set(
    [...texts.keys()].slice(0, getMaxPathLength(options)).concat(getHeldOutIndices(queries, options)),
  );
  const { exampleIndices } = await retrieveExamples(
    { queries: texts.filter((_, i) => wanted.has(i)), examples },
    config,
  );
  const retrieved = exampleIndices.values();
  return texts.map((_, i) => (wanted.has(i) ? (retrieved.next().value ?? []) : []));
}
