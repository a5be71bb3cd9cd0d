import { END, START, StateGraph } from '@langchain/langgraph';
import { resolveNodes, type NodesWithAgent } from '../nodes/agentRespond.ts';
import type { SearchNodes } from '../nodes/node.ts';
import { createInitialState, SearchInput, SearchOutput, SearchState } from '../state/channels.ts';
import { pruneOrStop, startSearch } from './beam/edges.ts';
import { findStopReason } from './beam/findStopReason.ts';
import type { SearchGraph } from './compiledGraphs.ts';
import { rankLevel } from './beam/rankLevel.ts';
import { retrieveExampleIndices } from './beam/retrieveExampleIndices.ts';
import { rewriteAndJudge } from './beam/rewriteAndJudge.ts';
import { selectRewardsAhead } from './beam/selectRewardsAhead.ts';
import { evaluateCandidate } from './evaluateCandidate.ts';
import { compareOnHeldOut } from './final/compareOnHeldOut.ts';
import { pickWinner } from './final/finalists.ts';
import { requireKnownOptions } from './requireKnownOptions.ts';
import { requireNodes } from './requireNodes.ts';
import { computeRecursionLimit, resolveSearchOptions, type SearchOptions } from './searchOptions.ts';
import { withRecursionLimit } from './withRecursionLimit.ts';

/** Builds Algorithm 2: a beam search over system prompts, guided by rewards that are selected for each query. */
export function searchSystemPrompt(
  given: NodesWithAgent<SearchNodes>,
  partialOptions: SearchOptions = {},
): SearchGraph {
  const nodes = resolveNodes(given);
  requireNodes(nodes, [
    'sampleQueries',
    'retrieveExamples',
    'selectRewards',
    'respond',
    'judge',
    'rewriteSystemPrompt',
  ]);
  requireKnownOptions(partialOptions);
  const options = resolveSearchOptions(partialOptions);
  const { checkpointer } = options;
  return withRecursionLimit(
    new StateGraph({ state: SearchState, input: SearchInput, output: SearchOutput })
      // X: orders the training queries
      .addNode('sampleQueries', async (reads, config) => ({
        ...createInitialState(options.depth),
        ...(await nodes.sampleQueries(reads, config)),
      }))
      // I*_K: finds the K most similar examples of each query
      .addNode('retrieveExamples', async (state, config) => ({
        exampleIndices: await retrieveExampleIndices(nodes, state, options, config),
      }))
      // ℝ_x: selects the rewards of a query before its level comes
      .addNode('selectRewards', selectRewardsAhead(nodes))
      // r = R(B(x | s, I*_K) | ℝ_x): judges the first prompt on the first query, and a kept prompt on the next one
      .addNode('respondAndJudge', evaluateCandidate(nodes, options))
      // s' = T(s, a): rewrites a prompt of the beam and judges its children on the next query
      .addNode('rewriteAndJudge', rewriteAndJudge(nodes, options))
      // top-W: ranks the judged level
      .addNode('rankLevel', rankLevel(options))
      // not in the paper: compares the best prompts of the tree with the first one on queries the search has not seen
      .addNode('compareOnHeldOut', compareOnHeldOut(nodes, options))
      // returns the winner of the final, else the last prompt of the best path
      .addNode('conclude', (state) => ({
        stoppedBy: findStopReason(state, options) ?? 'stopped',
        ...pickWinner(state),
      }))
      .addEdge(START, 'sampleQueries')
      .addEdge('sampleQueries', 'retrieveExamples')
      .addConditionalEdges('retrieveExamples', startSearch(options), ['respondAndJudge', 'selectRewards'])
      .addEdge('respondAndJudge', 'rankLevel')
      .addEdge('rewriteAndJudge', 'rankLevel')
      .addConditionalEdges('rankLevel', pruneOrStop(options), [
        'rewriteAndJudge',
        'respondAndJudge',
        'selectRewards',
        'compareOnHeldOut',
        'conclude',
      ])
      .addEdge('compareOnHeldOut', 'conclude')
      .addEdge('conclude', END)
      .compile({ name: 'searchSystemPrompt', ...(checkpointer !== undefined && { checkpointer }) }),
    computeRecursionLimit(options),
  );
}
