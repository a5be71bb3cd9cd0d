import { END, Send, START, StateGraph } from '@langchain/langgraph';
import { SearchInput } from '../../state/channels.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import { keptDraft, ranked, rewrittenDrafts } from '../beam.ts';
import { searchOptions } from '../options.ts';
import { SampleState, TreeOutput, TreeState } from './state.ts';
import { choicesFor, makeJudgeDraft, queryAt, rewritesOf, rootOf, shotsFor } from './steps.ts';
import { evaluationsOf, searchPart, type Strategy } from './strategy.ts';

/** Monte Carlo search: as many one-step rewrites of the first prompt as a beam judges, each judged on one query (algorithm.md 3). */
export const monteCarlo: Strategy = (nodes, options = {}) => sampling(nodes, { ...options, queriesEach: 1 });

/** Best of N: fewer rewrites of the first prompt, each judged on several queries; the best mean wins. */
export const bestOfN: Strategy = (nodes, options = {}) => sampling(nodes, { queriesEach: 6, ...options });

/** One step from the root, many times: N rewrites, the same queries for all of them, N times queries within the budget. */
function sampling(nodes: Parameters<Strategy>[0], given: NonNullable<Parameters<Strategy>[1]>) {
  const options = { ...searchOptions(searchPart(given)), aggregate: 'mean' as const };
  const judge = makeJudgeDraft(nodes, options);
  const each = (queries: number): number => Math.min(given.queriesEach ?? 1, Math.max(0, queries - 1));
  const count = (queries: number): number => Math.max(1, Math.floor(evaluationsOf(given) / Math.max(1, each(queries))));

  return (
    new StateGraph({ state: TreeState, input: SearchInput, output: TreeOutput })
      // X: the training queries, in their order
      .addNode('sampleQueries', nodes.sampleQueries)
      // I*_K and ℝ_x of the root's query and of those the rewrites are judged on
      .addNode('prepare', async (state, config) => {
        const wanted = 1 + each(state.queries.length);
        const [shots, choices] = await Promise.all([
          shotsFor(nodes, state, wanted, config),
          choicesFor(nodes, state, wanted, config),
        ]);
        return { shots, choices };
      })
      // the first prompt on the first query
      .addNode('judgeRoot', async (state, config) => ({ tree: [await judge(rootOf(options, state), state, config)] }))
      // one rewrite on its queries, one after another: its path keeps its prompt
      .addNode(
        'judgeSample',
        async ({ prompt, place, root, queries, shots, choices }, config) => {
          const about = { queries, examples: shots.flat(), shots: placesOf(shots), choices };
          const [draft] = rewrittenDrafts(root, [prompt], queryAt(about, 1), place, options);
          if (!draft) throw new Error('expected a draft of the rewrite, got none');
          const path = [await judge({ ...draft, id: `${root.id}.${place}` }, about, config)];
          for (let i = 2; i < queries.length; i++) {
            const last = path.at(-1);
            if (last) path.push(await judge(keptDraft(last, queryAt(about, i), place, options), about, config));
          }
          return { tree: path };
        },
        { input: SampleState },
      )
      // N rewrites at once
      .addNode('rewriteSystemPrompt', async (state, config) => {
        const [root] = state.tree;
        const prompts =
          root && each(state.queries.length)
            ? await rewritesOf(nodes, options, root, count(state.queries.length), config)
            : [];
        return { walks: prompts.map((prompt) => [prompt]) };
      })
      // the best mean over the same queries
      .addNode('conclude', ({ tree }) => concluded(tree))
      .addEdge(START, 'sampleQueries')
      .addEdge('sampleQueries', 'prepare')
      .addEdge('prepare', 'judgeRoot')
      .addEdge('judgeRoot', 'rewriteSystemPrompt')
      .addConditionalEdges('rewriteSystemPrompt', sendSamples, ['judgeSample', 'conclude'])
      .addEdge('judgeSample', 'conclude')
      .addEdge('conclude', END)
      .compile({ name: 'sampling', ...(options.checkpointer !== undefined && { checkpointer: options.checkpointer }) })
  );
}

function sendSamples({ tree, walks, queries, shots, examples, choices }: typeof TreeState.State): Send[] | 'conclude' {
  const [root] = tree;
  if (!root || walks.length === 0) return 'conclude';
  const near = shots.map((places) => places.flatMap((i) => examples[i] ?? []));
  const texts = shots.map((_, i) => queryAt({ queries }, i));
  return walks.map(
    ([prompt = ''], place) => new Send('judgeSample', { prompt, place, root, queries: texts, shots: near, choices }),
  );
}

/** Where each query's examples stand in the flat list of them. */
function placesOf(shots: readonly (readonly unknown[])[]): number[][] {
  let next = 0;
  return shots.map((list) => list.map(() => next++));
}

function concluded(tree: readonly Candidate[]) {
  const deepest = Math.max(...tree.map((c) => c.depth));
  const last = ranked(
    tree.filter((c) => c.depth === deepest),
    'mean',
  );
  const best = last[0] ?? tree[0];
  return {
    bestPrompt: best?.prompt ?? '',
    bestId: best?.id ?? '0',
    value: best?.value ?? null,
    stoppedBy: deepest === 0 ? 'queries' : 'samples',
    levels: deepest,
    beam: last.slice(0, 1).map((c) => c.id),
  };
}
