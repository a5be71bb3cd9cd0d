import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { Nodes } from '../../nodes/node.ts';
import type { Candidate, CandidateDraft } from '../../state/hypothesis.ts';
import { makeChildren, toRewriteInput } from './children.ts';
import { toEvaluationInput, evaluateCandidate, runAsStep } from '../evaluateCandidate.ts';
import type { ScheduledQuery } from '../queryData.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';

/** A hypothesis of the beam on its way to its children, which are judged on the next query. */
export interface Expansion extends ScheduledQuery {
  parent: Candidate;
  /** Its place in the beam, from 0. */
  rank: number;
  /** Rewrites wanted. */
  actions: number;
}

/**
 * s' = T(s, a): a hypothesis of the beam is rewritten M times, and each of its children is judged on the next query as
 * soon as it is there, whatever the other hypotheses do.
 */
export function rewriteAndJudge(
  nodes: Pick<Nodes, 'respond' | 'selectRewards' | 'judge' | 'rewriteSystemPrompt'>,
  options: ResolvedSearchOptions,
) {
  // the optimizer turns the judge's remarks into M new prompts; where none is of use, the prompt is kept
  const rewrite = runAsStep<Expansion, CandidateDraft[]>(
    'rewriteSystemPrompt',
    async ({ parent, rank, actions, query }, config) => {
      const { prompts, refused } = await nodes.rewriteSystemPrompt(toRewriteInput(parent, actions), config);
      if (refused.length) {
        const told = refused.map((r, sample) => ({ ...r, parent: parent.id, sample }));
        options.onRefused?.(told);
        config.writer?.({ refused: told });
      }
      return makeChildren(parent, prompts, query, rank * options.actions, options);
    },
  );
  // each child is answered and judged on its own
  const respondAndJudge = runAsStep('respondAndJudge', evaluateCandidate(nodes, options));

  return async (expansion: Expansion, config: LangGraphRunnableConfig): Promise<{ candidates: Candidate[] }> => {
    const drafts = await rewrite(expansion, config);
    const judged = await Promise.all(
      drafts.map((draft) => respondAndJudge(toEvaluationInput(draft, expansion), config)),
    );
    return { candidates: judged.flatMap(({ candidates }) => candidates) };
  };
}
