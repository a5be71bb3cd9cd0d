import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { Nodes } from '../../nodes/node.ts';
import type { Candidate, CandidateDraft } from '../../state/hypothesis.ts';
import { makeChildren, toRewriteInput } from './children.ts';
import { addRemarks, explainCandidate } from '../explainCandidate.ts';
import { toEvaluationInput, evaluateCandidate, runAsStep } from '../evaluateCandidate.ts';
import type { ScheduledQuery } from '../queryData.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';

/** A prompt of the beam that is to be rewritten, and the query its children are judged on. */
export interface Expansion extends ScheduledQuery {
  parent: Candidate;
  /** Its rank in the beam, from 0. */
  rank: number;
  /** Rewrites wanted, 1 or more. */
  actions: number;
}

/** Makes the node s' = T(s, a): it rewrites a prompt of the beam and judges each child on the next query without waiting for others. */
export function rewriteAndJudge(
  nodes: Pick<Nodes, 'respond' | 'selectRewards' | 'judge' | 'explainScores' | 'rewriteSystemPrompt'>,
  options: ResolvedSearchOptions,
) {
  const rewrite = runAsStep<Expansion, CandidateDraft[]>(
    'rewriteSystemPrompt',
    async ({ parent: judged, rank, actions, query }, config) => {
      const parent = await explainCandidate(nodes, judged, config);
      const { prompts, rejected } = await nodes.rewriteSystemPrompt(toRewriteInput(parent, actions), config);
      if (rejected.length) {
        const placed = rejected.map((r, sample) => ({ ...r, parent: parent.id, sample }));
        options.onRejected?.(placed);
        config.writer?.({ rejected: placed });
      }
      return addRemarks(makeChildren(parent, prompts, query, rank * options.actions, options), judged, parent);
    },
  );
  const respondAndJudge = runAsStep('respondAndJudge', evaluateCandidate(nodes, options));

  return async (expansion: Expansion, config: LangGraphRunnableConfig): Promise<{ candidates: Candidate[] }> => {
    const drafts = await rewrite(expansion, config);
    const judged = await Promise.all(
      drafts.map((draft) => respondAndJudge(toEvaluationInput(draft, expansion), config)),
    );
    return { candidates: judged.flatMap(({ candidates }) => candidates) };
  };
}
