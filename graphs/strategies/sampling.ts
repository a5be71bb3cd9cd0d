import { END, Overwrite, Send, START, StateGraph } from '@langchain/langgraph';
import { SearchInput, SearchOutput } from '../../state/channels.ts';
import type { Candidate, CandidateDraft } from '../../state/hypothesis.ts';
import { makeKeptDraft, makeRewrittenDrafts } from '../beam/children.ts';
import { compareOnHeldOut } from '../final/compareOnHeldOut.ts';
import { countSearchQueries } from '../final/heldOutQueries.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import { getQueryText } from '../queryData.ts';
import { retrieveExampleIndices } from '../beam/retrieveExampleIndices.ts';
import { pickBestPath, concludeSearch, enterTreeFinal } from './concludeTree.ts';
import { TreeState } from './treeState.ts';
import {
  selectRewardsPerQuery,
  createDraftJudge,
  requestRewrites,
  toRootInput,
  toDraftInput,
  type DraftInput,
} from './steps.ts';
import { DEFAULT_STRATEGY_OPTIONS, resolveTreeOptions, type Strategy } from './strategy.ts';

type State = typeof TreeState.State;

/** Monte Carlo search: as many one-step rewrites of the first prompt as a beam judges, each judged on one query (docs/algorithm.md#search-strategies). */
export const monteCarlo: Strategy = (nodes, options = {}) =>
  createSamplingGraph(nodes, { ...options, queriesPerCandidate: 1 });

/** Best of N: fewer rewrites of the first prompt, each judged on several queries; the best mean wins. */
export const bestOfN: Strategy = (nodes, options = {}) => createSamplingGraph(nodes, options);

/** One step from the root, many times: N rewrites, the same queries for all of them, N times queries within the budget. */
function createSamplingGraph(nodes: Parameters<Strategy>[0], given: NonNullable<Parameters<Strategy>[1]>) {
  const { queriesPerCandidate } = { ...DEFAULT_STRATEGY_OPTIONS, ...given };
  const tree = resolveTreeOptions(given);
  const options = { ...tree, depth: Math.max(tree.depth, 1 + queriesPerCandidate) };
  const judge = createDraftJudge(nodes, options);
  const each = (queries: number): number =>
    Math.max(0, Math.min(queriesPerCandidate, countSearchQueries(queries, options) - 1));
  const count = (queries: number): number => Math.max(1, Math.floor(options.evaluations / Math.max(1, each(queries))));

  return (
    new StateGraph({ state: TreeState, input: SearchInput, output: SearchOutput })
      // X: the training queries, in their order
      .addNode('sampleQueries', nodes.sampleQueries)
      // I*_K and ℝ_x of the root's query and of those the rewrites are judged on
      .addNode('prepare', async (state, config) => {
        const [exampleIndices, selectedRewards] = await Promise.all([
          retrieveExampleIndices(nodes, state, options, config),
          selectRewardsPerQuery(nodes, state, 1 + each(state.queries.length), config),
        ]);
        return { exampleIndices, selectedRewards, tree: new Overwrite([]), final: null };
      })
      // the first prompt on the first query
      .addNode('judgeRoot', (state, config) => judge([toRootInput(options, state)], config))
      // N rewrites at once
      .addNode('rewriteSystemPrompt', async (state, config) => {
        const [root] = state.tree;
        const { length } = state.queries;
        const prompts = root && each(length) ? await requestRewrites(nodes, options, root, count(length), config) : [];
        return { walks: prompts.map((prompt) => [prompt]) };
      })
      // one rewrite on the next of its queries: its path keeps its prompt
      .addNode('judgeSample', (sample: DraftInput, config) => judge([sample], config))
      // the best of the samples so far
      .addNode('rankSamples', ({ tree: judged }) => pickBestPath(judged))
      // the best prompts of the samples and the first one, on queries the search has not seen
      .addNode('compareOnHeldOut', compareOnHeldOut(nodes, options))
      // the winner of the final, else the best mean over the same queries
      .addNode('conclude', (state) => concludeSearch(state, 'samples'))
      .addEdge(START, 'sampleQueries')
      .addEdge('sampleQueries', 'prepare')
      .addEdge('prepare', 'judgeRoot')
      .addEdge('judgeRoot', 'rewriteSystemPrompt')
      .addEdge('rewriteSystemPrompt', 'rankSamples')
      .addConditionalEdges(
        'rankSamples',
        (state) => sendNextQuery(state, options) ?? enterTreeFinal(state, options) ?? 'conclude',
        ['judgeSample', 'compareOnHeldOut', 'conclude'],
      )
      .addEdge('judgeSample', 'rankSamples')
      .addEdge('compareOnHeldOut', 'conclude')
      .addEdge('conclude', END)
      .compile({ name: 'sampling', ...(options.checkpointer !== undefined && { checkpointer: options.checkpointer }) })
      .withConfig({ recursionLimit: 40 + 2 * queriesPerCandidate })
  );
}

/** All rewrites on the next query; null where there is none left to judge them on. */
function sendNextQuery(state: State, options: ResolvedSearchOptions): Send[] | null {
  const { tree, walks, selectedRewards } = state;
  const depth = Math.max(...tree.map((c) => c.depth));
  if (walks.length === 0 || depth + 1 >= selectedRewards.length) return null;
  const query = getQueryText(state, depth + 1);
  const [root] = tree;
  const begun = (parent: Candidate): CandidateDraft[] =>
    walks.flatMap((prompts, index) =>
      makeRewrittenDrafts(parent, prompts, query, index, options).map((d) => ({ ...d, id: `${parent.id}.${index}` })),
    );
  const drafts =
    depth === 0 && root
      ? begun(root)
      : tree.filter((c) => c.depth === depth).map((c) => makeKeptDraft(c, query, c.index, options));
  return drafts.map((draft) => new Send('judgeSample', toDraftInput(draft, state)));
}
