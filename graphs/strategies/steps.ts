import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { Nodes } from '../../nodes/node.ts';
import { asQuery, type Example, type GivenQuery } from '../../state/example.ts';
import { rootDraft, type Candidate, type Draft } from '../../state/hypothesis.ts';
import type { RewardChoice } from '../../state/reward.ts';
import { asked, choose, evaluateCandidate } from '../evaluate.ts';
import type { Search } from '../options.ts';

export type SearchNodes = Omit<Nodes, 'rewriteExample'>;

/** What the steps need to know of the run. */
export interface About {
  queries: readonly GivenQuery[];
  examples: readonly Example[];
  shots: readonly (readonly number[])[];
  choices: readonly RewardChoice[];
}

export const queryAt = ({ queries }: Pick<About, 'queries'>, index: number): string => {
  const query = queries[index];
  if (query === undefined) throw new Error(`expected a query number ${index}, got ${queries.length} queries`);
  return asQuery(query).text;
};

/** The K examples of each of the first queries. */
export async function shotsFor(
  { retrieveExamples }: SearchNodes,
  { queries, examples }: Pick<About, 'queries' | 'examples'>,
  count: number,
  config: LangGraphRunnableConfig,
): Promise<number[][]> {
  const texts = queries.slice(0, count).map((q) => asQuery(q).text);
  return (await retrieveExamples({ queries: texts, examples }, config)).shots;
}

/** The rewards of the first queries, each chosen once. */
export const choicesFor = (
  nodes: SearchNodes,
  about: Pick<About, 'queries'>,
  count: number,
  config: LangGraphRunnableConfig,
): Promise<RewardChoice[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => choose(nodes, index, queryAt(about, index), config)));

/** Has a draft answered and judged on the query of its depth; it goes out to the journal. */
export function makeJudgeDraft(nodes: SearchNodes, options: Search) {
  const evaluate = evaluateCandidate(nodes, options);
  return async (
    draft: Draft,
    { shots, examples, choices }: About,
    config: LangGraphRunnableConfig,
  ): Promise<Candidate> => {
    const near = (shots[draft.depth] ?? []).flatMap((i) => examples[i] ?? []);
    const choice = choices.find((c) => c.index === draft.depth) ?? null;
    const { candidates } = await evaluate(asked(draft, near, choice), config);
    const [candidate] = candidates;
    if (!candidate) throw new Error(`expected ${draft.id} to be judged, got no judgement`);
    return candidate;
  };
}

/** The first prompt on the first query. */
export const rootOf = ({ initialPrompt }: Search, about: Pick<About, 'queries'>): Draft =>
  rootDraft(initialPrompt, queryAt(about, 0));

/** The optimizer's rewrites of a judged prompt; refused ones are told of. */
export async function rewritesOf(
  { rewriteSystemPrompt }: SearchNodes,
  { onRefused }: Search,
  parent: Candidate,
  actions: number,
  config: LangGraphRunnableConfig,
): Promise<string[]> {
  const { prompt, query, response, evaluation, lineage } = parent;
  const reads = { prompt, query, response, evaluation, history: lineage.history, actions };
  const { prompts, refused } = await rewriteSystemPrompt(reads, config);
  if (refused.length) onRefused?.(refused.map((r, sample) => ({ ...r, parent: parent.id, sample })));
  return prompts;
}
