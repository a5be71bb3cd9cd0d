import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { Nodes } from '../../nodes/node.ts';
import { asQuery, type Example, type GivenQuery } from '../../state/example.ts';
import { heldOutOf, longest } from './edges.ts';
import type { Search } from '../searchOptions.ts';

/** The K examples of each query that a path can reach, and of those held out; of the others none. */
export async function shotsFor(
  { retrieveExamples }: Pick<Nodes, 'retrieveExamples'>,
  { queries, examples }: { queries: readonly GivenQuery[]; examples: Example[] },
  options: Search,
  config: LangGraphRunnableConfig,
): Promise<number[][]> {
  const texts = queries.map((q) => asQuery(q).text);
  const wanted = new Set([...texts.keys()].slice(0, longest(options)).concat(heldOutOf(queries, options)));
  const { shots } = await retrieveExamples({ queries: texts.filter((_, i) => wanted.has(i)), examples }, config);
  const found = shots.values();
  return texts.map((_, i) => (wanted.has(i) ? (found.next().value ?? []) : []));
}
