import { END, START, StateGraph } from '@langchain/langgraph';
import { resolveNodes, type NodesWithAgent } from '../nodes/agentRespond.ts';
import { DrpoState, SearchInput, SearchOutput } from '../state/channels.ts';
import type { SearchGraph } from './compiledGraphs.ts';
import { requireKnownOptions } from './requireKnownOptions.ts';
import { rewriteExamples, type RewriteOptions } from './rewriteExamples.ts';
import { searchSystemPrompt } from './searchSystemPrompt.ts';
import type { Strategy, StrategyOptions } from './strategies/strategy.ts';
import { withRecursionLimit } from './withRecursionLimit.ts';

/** Options of both stages of DRPO. */
export interface DrpoOptions extends StrategyOptions, RewriteOptions {
  /** Whether the in-context examples are rewritten first (stage 1). Default: false. */
  rewrite?: boolean;
  /** How the system prompt is searched. Default: the paper's beam. */
  strategy?: Strategy;
}

/**
 * Builds DRPO: it optimises the in-context examples once for every model (optional), then the system prompt for this one.
 *
 * @example
 * import { drpo, paperNodes, type Judge } from 'drpo';
 * import { createSimulatedModels } from 'drpo/simulated';
 *
 * const nodes = paperNodes(createSimulatedModels());
 * const strictJudge: Judge = async (input, config) => {
 *   const judgement = await nodes.judge(input, config);
 *   return input.response.length < 2000 ? judgement : { evaluation: {}, missing: 'the response is too long' };
 * };
 * const graph = drpo({ ...nodes, judge: strictJudge }, { beamWidth: 1, depth: 2, final: null });
 * const { bestPrompt, stoppedBy } = await graph.invoke({ queries: ['How do tides work?', 'Plan a picnic.'] });
 * console.log(stoppedBy, bestPrompt);
 */
export function drpo(given: NodesWithAgent, options: DrpoOptions = {}): SearchGraph {
  const nodes = resolveNodes(given);
  requireKnownOptions(options);
  const { checkpointer, strategy = searchSystemPrompt, ...inner } = options;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a compiled graph, which as a node is only ever invoked
  const stage2 = strategy(nodes, inner) as SearchGraph;
  return withRecursionLimit(
    new StateGraph({ state: DrpoState, input: SearchInput, output: SearchOutput })
      // Algorithm 1: rewrites the in-context examples
      .addNode('rewriteExamples', rewriteExamples(nodes, inner))
      // Algorithm 2, or another strategy: searches the system prompt
      .addNode('searchSystemPrompt', stage2)
      .addConditionalEdges(START, () => (options.rewrite ? 'rewriteExamples' : 'searchSystemPrompt'), [
        'rewriteExamples',
        'searchSystemPrompt',
      ])
      .addEdge('rewriteExamples', 'searchSystemPrompt')
      .addEdge('searchSystemPrompt', END)
      .compile({ name: 'drpo', ...(checkpointer !== undefined && { checkpointer }) }),
    stage2.config?.recursionLimit ?? 50,
  );
}
