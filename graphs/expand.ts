import { Send, START, StateGraph } from '@langchain/langgraph';
import type { Nodes } from '../nodes/node.ts';
import { CandidatesOutput, ExpandState } from '../state/channels.ts';
import { keepReason, keptDraft, rewrittenDrafts } from './beam.ts';
import { asked, evaluateCandidate } from './evaluate.ts';
import type { Search } from './options.ts';

type State = typeof ExpandState.State;

/** s' = T(s, a): one kept hypothesis is rewritten M times, or keeps its prompt, and its children are judged on the next query. */
export function expandHypothesis(
  nodes: Pick<Nodes, 'respond' | 'selectRewards' | 'judge' | 'rewriteSystemPrompt'>,
  options: Search,
) {
  const place = ({ rank }: State): number => rank * options.actions;
  const kept = (state: State) => [keptDraft(state.parent, state.query, place(state), options)];

  return (
    new StateGraph({ state: ExpandState, output: CandidatesOutput })
      // nothing to mend, or nothing to go by: the prompt goes on to the next query as it is
      .addNode('keepPrompt', (state) => ({ drafts: kept(state) }))
      // the optimizer turns the judge's remarks into M new prompts
      .addNode('rewriteSystemPrompt', async (state, config) => {
        const { prompt, query, response, evaluation, lineage } = state.parent;
        const reads = { prompt, query, response, evaluation, history: lineage.history, actions: options.actions };
        const { prompts, refused } = await nodes.rewriteSystemPrompt(reads, config);
        if (refused.length) config.writer?.({ refused: { parent: state.parent.id, refused } });
        return {
          drafts: prompts.length
            ? rewrittenDrafts(state.parent, prompts, state.query, place(state), options)
            : kept(state),
        };
      })
      // each child is answered and judged on its own
      .addNode('respondAndJudge', evaluateCandidate(nodes, options))
      .addConditionalEdges(
        START,
        ({ parent }) => (keepReason(parent, options) ? 'keepPrompt' : 'rewriteSystemPrompt'),
        ['keepPrompt', 'rewriteSystemPrompt'],
      )
      .addConditionalEdges('keepPrompt', judgeChildren, ['respondAndJudge'])
      .addConditionalEdges('rewriteSystemPrompt', judgeChildren, ['respondAndJudge'])
      .compile({ name: 'expand', checkpointer: false })
  );
}

const judgeChildren = ({ drafts, shots, choice }: State): Send[] =>
  drafts.map((draft) => new Send('respondAndJudge', asked(draft, shots, choice)));
