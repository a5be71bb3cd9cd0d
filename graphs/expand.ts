import { Send, START, StateGraph } from '@langchain/langgraph';
import type { Nodes } from '../nodes/node.ts';
import { CandidatesOutput, ExpandState } from '../state/channels.ts';
import { childrenOf, rewriteReads } from './beam.ts';
import { asked, evaluateCandidate, type OnJudged } from './evaluate.ts';
import type { Search } from './options.ts';

type State = typeof ExpandState.State;

/** s' = T(s, a): a hypothesis of the beam is rewritten M times, and its children are judged on the next query. */
export function expandHypothesis(
  nodes: Pick<Nodes, 'respond' | 'selectRewards' | 'judge' | 'rewriteSystemPrompt'>,
  options: Search,
  onJudged?: OnJudged,
) {
  const place = ({ rank }: State): number => rank * options.actions;

  return (
    new StateGraph({ state: ExpandState, output: CandidatesOutput })
      // the optimizer turns the judge's remarks into M new prompts; where none is of use, the prompt is kept
      .addNode('rewriteSystemPrompt', async (state, config) => {
        const { prompts, refused } = await nodes.rewriteSystemPrompt(rewriteReads(state.parent, options), config);
        if (refused.length) {
          const told = refused.map((r, sample) => ({ ...r, parent: state.parent.id, sample }));
          options.onRefused?.(told);
          config.writer?.({ refused: told });
        }
        return { drafts: childrenOf(state.parent, prompts, state.query, place(state), options) };
      })
      // each child is answered and judged on its own
      .addNode('respondAndJudge', evaluateCandidate(nodes, options, onJudged))
      .addEdge(START, 'rewriteSystemPrompt')
      .addConditionalEdges('rewriteSystemPrompt', judgeChildren, ['respondAndJudge'])
      .compile({ name: 'expand', checkpointer: false })
  );
}

const judgeChildren = ({ drafts, shots, choice }: State): Send[] =>
  drafts.map((draft) => new Send('respondAndJudge', asked(draft, shots, choice)));
