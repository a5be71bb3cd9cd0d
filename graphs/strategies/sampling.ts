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
import { withRecursionLimit } from '../withRecursionLimit.ts';

type State = typeof TreeState.State;

/** Builds a Monte Carlo search: it judges as many rewrites of the first prompt as a beam would, each on one query. */
export const monteCarlo: Strategy = (nodes, options = {}) =>
  createSamplingGraph(nodes, { ...options, queriesPerCandidate: 1 });

/** Builds a best-of-N search: it judges fewer rewrites of the first prompt, each on several queries. The best mean wins. */
export const bestOfN: Strategy = (nodes, options = {}) => createSamplingGraph(nodes, options);

/** Builds one step from the root, many times: N rewrites on the same queries, as many as the judgements allow. */
function createSamplingGraph(nodes: Parameters<Strategy>[0], partialOptions: NonNullable<Parameters<Strategy>[1]>) {
  const { queriesPerCandidate } = { ...DEFAULT_STRATEGY_OPTIONS, ...partialOptions };
  const tree = resolveTreeOptions(partialOptions);
  const options = { ...tree, depth: Math.max(tree.depth, 1 + queriesPerCandidate) };
  const judge = createDraftJudge(nodes, options);
  const each = (queries: State['queries']): number =>
    Math.max(0, Math.min(queriesPerCandidate, countSearchQueries(queries, options) - 1));
  const count = (queries: State['queries']): number =>
    Math.max(1, Math.floor(options.evaluations / Math.max(1, each(queries))));

  return withRecursionLimit(
    new StateGraph({ state: TreeState, input: SearchInput, output: SearchOutput })
      // X: orders the training queries
      .addNode('sampleQueries', nodes.sampleQueries)
      // I*_K and ℝ_x: finds the examples and rewards of the root's query and of the rewrites' queries
      .addNode('prepare', async (state, config) => {
        const [exampleIndices, selectedRewards] = await Promise.all([
          retrieveExampleIndices(nodes, state, options, config),
          selectRewardsPerQuery(nodes, state, 1 + each(state.queries), config),
        ]);
        return { exampleIndices, selectedRewards, tree: new Overwrite([]), final: null };
      })
      // judges the first prompt on the first query
      .addNode('judgeRoot', (state, config) => judge([toRootInput(options, state)], config))
      // requests N rewrites at once
      .addNode('rewriteSystemPrompt', async (state, config) => {
        const [root] = state.tree;
        const { queries } = state;
        if (!root || !each(queries)) return { samples: [] };
        return { samples: (await requestRewrites(nodes, options, root, count(queries), config)).prompts };
      })
      // judges one rewrite on its next query
      .addNode('judgeSample', (sample: DraftInput, config) => judge([sample], config))
      // picks the best rewrite so far
      .addNode('rankSamples', ({ tree: judged }) => pickBestPath(judged))
      // compares the best rewrites with the first prompt on queries the search has not seen
      .addNode('compareOnHeldOut', compareOnHeldOut(nodes, options))
      // returns the winner of the final, else the best mean over the same queries
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
      .compile({ name: 'sampling', ...(options.checkpointer !== undefined && { checkpointer: options.checkpointer }) }),
    40 + 2 * queriesPerCandidate,
  );
}

/** Sends all rewrites to the next query. Null: no query is left. */
function sendNextQuery(state: State, options: ResolvedSearchOptions): Send[] | null {
  const { tree, samples, selectedRewards } = state;
  const depth = Math.max(...tree.map((c) => c.depth));
  if (samples.length === 0 || depth + 1 >= selectedRewards.length) return null;
  const query = getQueryText(state, depth + 1);
  const [root] = tree;
  const makeSamples = (parent: Candidate): CandidateDraft[] =>
    samples.flatMap((prompt, index) =>
      makeRewrittenDrafts(parent, [prompt], query, index, options).map((d) => ({ ...d, id: `${parent.id}.${index}` })),
    );
  const drafts =
    depth === 0 && root
      ? makeSamples(root)
      : tree.filter((c) => c.depth === depth).map((c) => makeKeptDraft(c, query, c.index, options));
  return drafts.map((draft) => new Send('judgeSample', toDraftInput(draft, state)));
}
