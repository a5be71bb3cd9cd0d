import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { SearchNodes } from '../../nodes/node.ts';
import { makeRootDraft, type Candidate, type CandidateDraft } from '../../state/hypothesis.ts';
import type { RewardSelection } from '../../state/reward.ts';
import { explainCandidate } from '../explainCandidate.ts';
import { toEvaluationInput, selectQueryRewards, evaluateCandidate } from '../evaluateCandidate.ts';
import { getQueryDetails, getQueryText, getScheduledQuery, type QueryData } from '../queryData.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';

/** Selects the rewards of the first `count` queries, once each. */
export const selectRewardsPerQuery = (
  nodes: SearchNodes,
  about: Pick<QueryData, 'queries'>,
  count: number,
  config: LangGraphRunnableConfig,
): Promise<RewardSelection[]> =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      selectQueryRewards(
        nodes,
        { index, query: getQueryText(about, index), details: getQueryDetails(about, index) },
        config,
      ),
    ),
  );

/** A draft with the examples and rewards of its query. */
export type DraftInput = ReturnType<typeof toEvaluationInput>;

/** What it takes to judge a draft on the query of its depth. */
export const toDraftInput = (draft: CandidateDraft, data: QueryData): DraftInput =>
  toEvaluationInput(draft, getScheduledQuery(data, draft.depth));

/** Makes a function that judges drafts, all at once, and sends them to the journal and the tree. */
export function createDraftJudge(nodes: SearchNodes, options: ResolvedSearchOptions) {
  const evaluate = evaluateCandidate(nodes, options);
  return async (samples: readonly DraftInput[], config: LangGraphRunnableConfig): Promise<{ tree: Candidate[] }> => {
    const judged = await Promise.all(samples.map((sample) => evaluate(sample, config)));
    return { tree: judged.flatMap(({ candidates }) => candidates) };
  };
}

/** Collects what it takes to judge the first prompt on the first query. */
export const toRootInput = ({ initialPrompt }: ResolvedSearchOptions, about: QueryData): DraftInput =>
  toDraftInput(makeRootDraft(initialPrompt, getQueryText(about, 0)), about);

/** Requests rewrites of a judged prompt, whose scores are explained before. Rejected ones go to `onRejected`. */
export async function requestRewrites(
  nodes: SearchNodes,
  { onRejected }: ResolvedSearchOptions,
  judged: Candidate,
  actions: number,
  config: LangGraphRunnableConfig,
): Promise<{ prompts: string[]; parent: Candidate }> {
  const parent = await explainCandidate(nodes, judged, config);
  const { prompt, query, response, evaluation, lineage } = parent;
  const reads = { prompt, query, response, evaluation, history: lineage.history, actions };
  const { prompts, rejected } = await nodes.rewriteSystemPrompt(reads, config);
  if (rejected.length) onRejected?.(rejected.map((r, sample) => ({ ...r, parent: parent.id, sample })));
  return { prompts, parent };
}
