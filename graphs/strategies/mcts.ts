import { END, Overwrite, START, StateGraph } from '@langchain/langgraph';
import { SearchInput, SearchOutput } from '../../state/channels.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import { findKeepReason, makeKeptDraft, makeRewrittenDrafts } from '../beam/children.ts';
import { addRemarks } from '../explainCandidate.ts';
import { compareOnHeldOut } from '../final/compareOnHeldOut.ts';
import { countSearchQueries } from '../final/heldOutQueries.ts';
import { getQueryText } from '../queryData.ts';
import { retrieveExampleIndices } from '../beam/retrieveExampleIndices.ts';
import { pickBestPath, concludeSearch, enterTreeFinal } from './concludeTree.ts';
import { TreeState } from './treeState.ts';
import { selectRewardsPerQuery, createDraftJudge, requestRewrites, toRootInput, toDraftInput } from './steps.ts';
import { DEFAULT_STRATEGY_OPTIONS, resolveTreeOptions, type Strategy } from './strategy.ts';
import { pickMostPromisingChild, pickHighestRewardChild } from './uct.ts';
import { withRecursionLimit } from '../withRecursionLimit.ts';

type State = typeof TreeState.State;

/**
 * Builds a Monte Carlo tree search with UCT, as in the reference's repository. Each rollout follows the most promising
 * children to a leaf. From there it expands the child with the highest reward, down to the last step.
 */
export const mcts: Strategy = (nodes, partialOptions = {}) => {
  const { iterations, maxRolloutDepth, explorationWeight } = { ...DEFAULT_STRATEGY_OPTIONS, ...partialOptions };
  const options = resolveTreeOptions(partialOptions);
  const judge = createDraftJudge(nodes, options);
  const deepest = ({ queries }: Pick<State, 'queries'>): number =>
    Math.min(maxRolloutDepth, options.depth - 1, countSearchQueries(queries, options) - 1);
  const isOver = (state: State): boolean =>
    deepest(state) < 1 ||
    state.rollouts.length >= iterations ||
    state.tree.length - 1 + options.actions > options.evaluations;

  return withRecursionLimit(
    new StateGraph({ state: TreeState, input: SearchInput, output: SearchOutput })
      // X: orders the training queries
      .addNode('sampleQueries', nodes.sampleQueries)
      // I*_K and ℝ_x: finds the examples and rewards of every query that a path can reach
      .addNode('prepare', async (state, config) => {
        const queryCount = 1 + Math.max(0, deepest(state));
        const [exampleIndices, selectedRewards] = await Promise.all([
          retrieveExampleIndices(nodes, state, options, config),
          selectRewardsPerQuery(nodes, state, queryCount, config),
        ]);
        return { exampleIndices, selectedRewards, tree: new Overwrite([]), rollouts: [], rollout: [], final: null };
      })
      // judges the first prompt on the first query
      .addNode('judgeRoot', (state, config) => judge([toRootInput(options, state)], config))
      // takes the next step of the rollout. At its end a new one starts
      .addNode('select', (state) => {
        const best = pickBestPath(state.tree);
        if (state.rollout.length > deepest(state))
          return { ...best, rollouts: [...state.rollouts, state.rollout], rollout: [] };
        const next =
          state.rollout.length === 0 ? descendToLeaf(state, explorationWeight, deepest(state)) : extendRollout(state);
        return next.length > deepest(state)
          ? { ...best, rollouts: [...state.rollouts, next], rollout: [] }
          : { ...best, rollout: next };
      })
      // rewrites the node at the end, or keeps it if there is nothing to fix, and judges its children on the next query
      .addNode('expand', async (state, config) => {
        const parent = getNode(state, state.rollout.at(-1));
        const query = getQueryText(state, parent.depth + 1);
        const keeps = findKeepReason(parent, options) !== null;
        const { prompts, parent: explained } = keeps
          ? { prompts: [], parent }
          : await requestRewrites(nodes, options, parent, options.actions, config);
        const drafts = prompts.length
          ? makeRewrittenDrafts(parent, prompts, query, 0, options)
          : [makeKeptDraft(parent, query, 0, options)];
        return judge(
          addRemarks(drafts, parent, explained).map((draft) => toDraftInput(draft, state)),
          config,
        );
      })
      // compares the best prompts of the tree with the first one on queries the search has not seen
      .addNode('compareOnHeldOut', compareOnHeldOut(nodes, options))
      // returns the winner of the final, else the last prompt of the path with the highest mean reward
      .addNode('conclude', (state) =>
        concludeSearch(state, state.rollouts.length >= iterations ? 'iterations' : 'evaluations'),
      )
      .addEdge(START, 'sampleQueries')
      .addEdge('sampleQueries', 'prepare')
      .addEdge('prepare', 'judgeRoot')
      .addEdge('judgeRoot', 'select')
      .addConditionalEdges(
        'select',
        (state) =>
          isOver(state)
            ? (enterTreeFinal(state, options) ?? 'conclude')
            : state.rollout.length === 0
              ? 'select'
              : 'expand',
        ['compareOnHeldOut', 'conclude', 'select', 'expand'],
      )
      .addEdge('expand', 'select')
      .addEdge('compareOnHeldOut', 'conclude')
      .addEdge('conclude', END)
      .compile({ name: 'mcts', ...(options.checkpointer !== undefined && { checkpointer: options.checkpointer }) }),
    40 + 3 * iterations * (maxRolloutDepth + 2),
  );
};

/** Follows UCT from the root to a node without children, or to the last step. */
function descendToLeaf(state: State, explore: number, last: number): string[] {
  const path = ['0'];
  for (let next = pickMostPromisingChild(state, '0', explore); next && path.length <= last;) {
    path.push(next.id);
    next = pickMostPromisingChild(state, next.id, explore);
  }
  return path;
}

/** Goes one step further, to the best of the children that were just judged. */
function extendRollout(state: State): string[] {
  const tip = state.rollout.at(-1) ?? '0';
  const next = pickHighestRewardChild(state, tip);
  return next ? [...state.rollout, next.id] : state.rollout;
}

function getNode({ tree }: Pick<State, 'tree'>, id = '0'): Candidate {
  const node = tree.find((c) => c.id === id);
  if (!node) throw new Error(`expected a judged node ${id}, got none`);
  return node;
}
