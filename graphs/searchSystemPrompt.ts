import { END, Overwrite, START, StateGraph } from '@langchain/langgraph';
import type { SearchNodes } from '../nodes/node.ts';
import { EMPTY_QUEUE } from '../state/queryQueue.ts';
import { SearchInput, SearchOutput, SearchState } from '../state/channels.ts';
import { compareOnHeldOut } from './final/compareOnHeldOut.ts';
import { startSearch, pruneOrStop, findStopReason } from './beam/edges.ts';
import { selectQueryRewards, evaluateCandidate } from './evaluateCandidate.ts';
import { pickWinner } from './final/finalists.ts';
import { rewriteAndJudge } from './beam/rewriteAndJudge.ts';
import {
  computeRecursionLimit,
  resolveSearchOptions,
  type ResolvedSearchOptions,
  type SearchOptions,
} from './searchOptions.ts';
import { rankLevel } from './beam/rankLevel.ts';
import { INITIAL_PROGRESS } from './beam/callBudget.ts';
import { retrieveExampleIndices } from './beam/retrieveExampleIndices.ts';
import { listDemoted } from './safety.ts';

type State = typeof SearchState.State;

/** Algorithm 2 as a graph of its own. */
export const searchSystemPrompt = (nodes: SearchNodes, given: SearchOptions = {}) =>
  createSearchGraph(nodes, given).withConfig({ recursionLimit: computeRecursionLimit(resolveSearchOptions(given)) });

/** Algorithm 2: a beam search over system prompts, guided by rewards chosen for each query. */
export function createSearchGraph(nodes: SearchNodes, given: SearchOptions = {}) {
  const options = resolveSearchOptions(given);
  return (
    new StateGraph({ state: SearchState, input: SearchInput, output: SearchOutput })
      // X: the training queries, in their order
      .addNode('sampleQueries', async (reads, config) => ({
        ...createInitialState(options),
        ...(await nodes.sampleQueries(reads, config)),
      }))
      // I*_K: for each query the K most similar examples
      .addNode('retrieveExamples', async (state, config) => ({
        exampleIndices: await retrieveExampleIndices(nodes, state, options, config),
      }))
      // ℝ_x: which rewards matter for a query, asked ahead of its level, once what the level at hand needs is on its way
      .addNode('selectRewards', async ({ index, query }: { index: number; query: string }, config) => {
        await new Promise<void>((next) => void setImmediate(next));
        return { selectedRewards: [await selectQueryRewards(nodes, index, query, config)] };
      })
      // r = R(B(x | s, I*_K) | ℝ_x): the first prompt on the first query, and a prompt kept as it is on the next one
      .addNode('respondAndJudge', evaluateCandidate(nodes, options))
      // s' = T(s, a): a hypothesis of the beam, rewritten and its children judged on the next query
      .addNode('rewriteAndJudge', rewriteAndJudge(nodes, options))
      // the level's hypotheses in order, as a person would have them where one is asked, and the best so far
      .addNode('rankLevel', (state) => {
        const level = approveAndRank(state, options);
        const after = { ...state, ...level };
        const unsafe = listDemoted(after.candidates, options.safetyFloor);
        if (unsafe.length) options.onRefused?.(unsafe);
        return {
          ...level,
          candidates: toOverwrite(after.candidates),
          selectedRewards: toOverwrite(after.selectedRewards),
        };
      })
      // the best prompts of the tree and the first one, on queries the search has not seen
      .addNode('compareOnHeldOut', compareOnHeldOut(nodes, options))
      // the winner of the final, else the last prompt of the best path
      .addNode('conclude', (state) => ({
        stoppedBy: findStopReason(state, options) ?? 'stopped',
        ...pickWinner(state),
      }))
      .addEdge(START, 'sampleQueries')
      .addEdge('sampleQueries', 'retrieveExamples')
      .addConditionalEdges('retrieveExamples', (state) => startSearch(state, options), [
        'respondAndJudge',
        'selectRewards',
      ])
      .addEdge('respondAndJudge', 'rankLevel')
      .addEdge('rewriteAndJudge', 'rankLevel')
      .addConditionalEdges('rankLevel', (state) => pruneOrStop(state, options), [
        'rewriteAndJudge',
        'respondAndJudge',
        'selectRewards',
        'compareOnHeldOut',
        'conclude',
      ])
      .addEdge('compareOnHeldOut', 'conclude')
      .addEdge('conclude', END)
      .compile({
        name: 'searchSystemPrompt',
        ...(options.checkpointer !== undefined && { checkpointer: options.checkpointer }),
      })
  );
}

/** What a search knows before its first level; a thread that is used again starts anew. */
const createInitialState = ({ depth }: ResolvedSearchOptions): Partial<State> => ({
  candidates: toOverwrite([]),
  selectedRewards: toOverwrite([]),
  maxDepth: depth,
  queryQueue: EMPTY_QUEUE,
  judgementCounts: { all: 0, missing: 0 },
  progress: INITIAL_PROGRESS,
  levelsKept: 0,
  finalistPool: [],
  final: null,
});

/** What a reduced field shall hold: what is written to it is added to what it holds, but for an Overwrite. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- LangGraph takes an Overwrite for any reduced field
const toOverwrite = <T>(value: T[]): T[] => new Overwrite<T[]>(value) as unknown as T[];

/** The level as it is ranked; a person may have left candidates out. */
function approveAndRank(state: State, options: ResolvedSearchOptions): Partial<State> {
  const level = options.approve?.(state.candidates) ?? state.candidates;
  return rankLevel({ ...state, candidates: [...level] }, options);
}
