import { END, Send, START, StateGraph, type BaseCheckpointSaver } from '@langchain/langgraph';
import type { Nodes } from '../nodes/node.ts';
import {
  RewriteExamplesInput,
  RewriteExampleState,
  RewriteExamplesOutput,
  RewriteExamplesState,
  RewriteExampleOutput,
} from '../state/channels.ts';
import type { ExamplesGraph } from './compiledGraphs.ts';
import { isPerfect, listPoints, type Evaluation } from '../state/judgement.ts';
import { computeMean } from '../statistics/computeMean.ts';
import type { Attempt } from '../state/example.ts';
import { withRecursionLimit } from './withRecursionLimit.ts';
import { requireKnownOptions } from './requireKnownOptions.ts';
import { requireNodes } from './requireNodes.ts';

/** Options of stage 1, the rewriting of the in-context examples. */
export interface RewriteOptions {
  /** D: rewrites of each example at most, 0 or more. Default: 5, as in the paper. */
  rewriteRounds?: number;
  /** How many examples are rewritten, from the first, 0 or more. Default: null, all. */
  rewriteLimit?: number | null;
  /** What the next rewrite starts from: the best response so far, or the latest as in the reference. Default: best. */
  rewriteFrom?: 'best' | 'latest';
  /** Whether a response with full marks from the start stays as it is. The reference rewrites it once. Default: true. */
  leavePerfect?: boolean;
  /** How responses are compared: by mean points, or by their sum as in the reference. Equal: the later wins. Default: mean. */
  compareBy?: 'mean' | 'sum';
  /** LangGraph's checkpointer. Default: none. */
  checkpointer?: BaseCheckpointSaver | boolean;
}

/** Rewrites of each example at most, as in the paper. */
export const DEFAULT_REWRITE_ROUNDS = 5;

/** Options under which stage 1 does what the reference does (docs/reference.md#stage-1). */
export const REFERENCE_REWRITE = {
  rewriteFrom: 'latest',
  leavePerfect: false,
  compareBy: 'sum',
} as const satisfies RewriteOptions;

/** The steps of Algorithm 1, the rewriting of in-context examples. */
export type RewriteExamplesNodes = Pick<Nodes, 'selectRewards' | 'judge' | 'rewriteExample'>;
type State = typeof RewriteExampleState.State;

/** Builds Algorithm 1: it rewrites every in-context example on its own, all at the same time. */
export function rewriteExamples(nodes: RewriteExamplesNodes, options: RewriteOptions = {}): ExamplesGraph {
  requireNodes(nodes, ['selectRewards', 'judge', 'rewriteExample']);
  requireKnownOptions(options);
  const { rewriteLimit = null, checkpointer } = options;
  return (
    new StateGraph({ state: RewriteExamplesState, input: RewriteExamplesInput, output: RewriteExamplesOutput })
      // s_0 = b_i: rewrites one example up to D times
      .addNode('rewriteOne', rewriteOneExample(nodes, options))
      // I*: collects the best response of each example
      .addNode('gather', ({ examples, rewritten }) => {
        const best = new Map(rewritten.map((e) => [e.exampleIndex, e.answer]));
        return { examples: examples.map((e, i) => ({ query: e.query, answer: best.get(i) ?? e.answer })) };
      })
      .addConditionalEdges(
        START,
        ({ examples }) => {
          const sends = examples
            .slice(0, rewriteLimit ?? examples.length)
            .map(({ query, answer }, i) => new Send('rewriteOne', createChainState(query, answer, i)));
          return sends.length ? sends : ['gather'];
        },
        ['rewriteOne', 'gather'],
      )
      .addEdge('rewriteOne', 'gather')
      .addEdge('gather', END)
      .compile({ name: 'rewriteExamples', ...(checkpointer !== undefined && { checkpointer }) })
  );
}

const createChainState = (query: string, answer: string, exampleIndex: number): Partial<State> => {
  const first = { response: answer, evaluation: null };
  return { exampleIndex, query, current: first, best: first, round: 0 };
};

/** Builds the chain of one example: it judges and rewrites the response until that is perfect or D is reached. */
function rewriteOneExample(
  nodes: RewriteExamplesNodes,
  {
    rewriteRounds = DEFAULT_REWRITE_ROUNDS,
    rewriteFrom = 'best',
    leavePerfect = true,
    compareBy = 'mean',
  }: RewriteOptions,
) {
  const points = ({ evaluation }: Attempt): number => combinePoints(evaluation, compareBy);
  const done = ({ round, best }: State): boolean =>
    round >= rewriteRounds || (isPerfect(best.evaluation ?? {}) && (round > 0 || leavePerfect));
  const fromOf = ({ current, best }: State): Attempt => (rewriteFrom === 'best' ? best : current);

  return withRecursionLimit(
    new StateGraph({ state: RewriteExampleState, output: RewriteExampleOutput })
      // ℝ_q: selects the rewards once
      .addNode('selectRewards', async ({ query, exampleIndex }, config) => ({
        rewardSelection: { index: exampleIndex, ...(await nodes.selectRewards({ query, stage: 'example' }, config)) },
      }))
      // r = R(s | ℝ_q): judges the response. A later response that is as good replaces the best
      .addNode('judge', async ({ query, current, best, rewardSelection }, config) => {
        const reads = {
          query,
          response: current.response,
          rewards: rewardSelection.rewards,
          reasoning: rewardSelection.reasoning,
          stage: 'example' as const,
        };
        const attempt = { response: current.response, evaluation: (await nodes.judge(reads, config)).evaluation };
        return { current: attempt, best: best.evaluation === null || points(attempt) >= points(best) ? attempt : best };
      })
      // s' = T(s, a): rewrites the response from the judge's remarks
      .addNode('rewriteExample', async (state, config) => {
        const { response, evaluation } = fromOf(state);
        const rewrite = await nodes.rewriteExample(
          { query: state.query, response, evaluation: evaluation ?? {} },
          config,
        );
        return rewrite.response === null
          ? { round: rewriteRounds }
          : { current: { response: rewrite.response, evaluation: null }, round: state.round + 1 };
      })
      // returns the best response
      .addNode('keepBest', ({ exampleIndex, query, best }) => ({
        rewritten: [{ exampleIndex, query, answer: best.response }],
      }))
      .addEdge(START, 'selectRewards')
      .addEdge('selectRewards', 'judge')
      .addConditionalEdges('judge', (state) => (done(state) ? 'keepBest' : 'rewriteExample'), [
        'keepBest',
        'rewriteExample',
      ])
      .addConditionalEdges('rewriteExample', ({ current }) => (current.evaluation === null ? 'judge' : 'keepBest'), [
        'judge',
        'keepBest',
      ])
      .addEdge('keepBest', END)
      .compile({ name: 'rewriteOne', checkpointer: false }),
    10 + 2 * rewriteRounds,
  );
}

const combinePoints = (evaluation: Evaluation | null, by: 'mean' | 'sum'): number => {
  const points = listPoints(evaluation ?? {});
  return by === 'sum' ? points.reduce((a, b) => a + b, 0) : (computeMean(points) ?? 0);
};
