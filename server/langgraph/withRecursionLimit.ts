import type { RunnableConfig } from '@langchain/core/runnables';

/** A graph as far as LangGraph's server drives it. */
interface StreamableGraph {
  config?: RunnableConfig;
  streamEvents(input: unknown, options: Partial<RunnableConfig>, ...rest: unknown[]): unknown;
}

/**
 * The graph, which LangGraph's server drives by `streamEvents`: there a limit that nobody gave becomes 25 supersteps, some
 * ten levels, whatever the graph was made with. Here the graph's own holds, unless a higher one is asked for.
 */
export function withRecursionLimit<Graph extends StreamableGraph>(graph: Graph): Graph {
  const limit = graph.config?.recursionLimit ?? 0;
  const streamEvents = graph.streamEvents.bind(graph);
  graph.streamEvents = (input, options, ...rest) =>
    streamEvents(input, { ...options, recursionLimit: Math.max(limit, options.recursionLimit ?? 0) }, ...rest);
  return graph;
}
