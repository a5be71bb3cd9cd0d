import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { SearchNodes } from '../../nodes/node.ts';
import { asQuery, type Example, type GivenQuery } from '../../state/example.ts';
import { rootDraft, type Candidate, type Draft } from '../../state/hypothesis.ts';
import type { RewardChoice } from '../../state/reward.ts';
import { asked, choose, evaluateCandidate } from '../evaluateCandidate.ts';
import type { Search } from '../searchOptions.ts';

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

/** The rewards of the first queries, each chosen once. */
export const choicesFor = (
  nodes: SearchNodes,
  about: Pick<About, 'queries'>,
  count: number,
  config: LangGraphRunnableConfig,
): Promise<RewardChoice[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => choose(nodes, index, queryAt(about, index), config)));

/** A draft with the examples and rewards of its query. */
export type Sample = ReturnType<typeof asked>;

/** What judging a draft on the query of its depth takes. */
export const sampleOf = (draft: Draft, { shots, examples, choices }: Omit<About, 'queries'>): Sample =>
  asked(draft, {
    query: draft.query,
    index: draft.depth,
    shots: (shots[draft.depth] ?? []).flatMap((i) => examples[i] ?? []),
    choice: choices.find((c) => c.index === draft.depth) ?? null,
  });

/** Has drafts answered and judged, all at once; they go out to the journal and onto the tree. */
export function judgeInto(nodes: SearchNodes, options: Search) {
  const evaluate = evaluateCandidate(nodes, options);
  return async (samples: readonly Sample[], config: LangGraphRunnableConfig): Promise<{ tree: Candidate[] }> => {
    const judged = await Promise.all(samples.map((sample) => evaluate(sample, config)));
    return { tree: judged.flatMap(({ candidates }) => candidates) };
  };
}

/** The first prompt on the first query. */
export const rootOf = ({ initialPrompt }: Search, about: About): Sample =>
  sampleOf(rootDraft(initialPrompt, queryAt(about, 0)), about);

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
