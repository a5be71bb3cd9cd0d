import { END, START, StateGraph } from '@langchain/langgraph';
import type { Nodes } from '../nodes/node.ts';
import { DrpoState, SearchInput, SearchOutput } from '../state/channels.ts';
import { recursionLimit, searchOptions, type SearchOptions } from './options.ts';
import { rewriteExamples, type RewriteOptions } from './rewriteExamples.ts';
import { searchGraph } from './searchSystemPrompt.ts';

/** Options of the whole of DRPO. */
export interface DrpoOptions extends SearchOptions, RewriteOptions {
  /** Whether the in-context examples are rewritten first (stage 1); they are taken as they are by default. */
  rewrite?: boolean;
}

/** DRPO: the in-context examples are optimised once, for every model; then the system prompt, for this one. */
export function drpo(nodes: Nodes, options: DrpoOptions = {}) {
  const { checkpointer, ...inner } = options;
  return (
    new StateGraph({ state: DrpoState, input: SearchInput, output: SearchOutput })
      // stage 1, Algorithm 1
      .addNode('rewriteExamples', rewriteExamples(nodes, inner))
      // stage 2, Algorithm 2
      .addNode('searchSystemPrompt', searchGraph(nodes, inner))
      .addConditionalEdges(START, () => (options.rewrite ? 'rewriteExamples' : 'searchSystemPrompt'), [
        'rewriteExamples',
        'searchSystemPrompt',
      ])
      .addEdge('rewriteExamples', 'searchSystemPrompt')
      .addEdge('searchSystemPrompt', END)
      .compile({ name: 'drpo', ...(checkpointer !== undefined && { checkpointer }) })
      .withConfig({ recursionLimit: recursionLimit(searchOptions(inner)) })
  );
}
