import type { RunnableConfig } from '@langchain/core/runnables';

/** A graph as far as LangGraph's server drives it. */
export interface StreamableGraph {
  config?: RunnableConfig;
  stream(input: unknown, options?: Partial<RunnableConfig>): unknown;
  streamEvents(input: unknown, options: Partial<RunnableConfig>, ...rest: unknown[]): unknown;
}

/**
 * The graph with its own limit of supersteps. LangGraph's server drives it by `streamEvents`, which sets 25 supersteps (some
 * ten levels) if nobody names a limit, whatever the graph was made with. A higher limit that is asked for holds.
 */
export function withRecursionLimit<Graph extends StreamableGraph>(graph: Graph): Graph {
  const limit = graph.config?.recursionLimit ?? 0;
  const streamEvents = graph.streamEvents.bind(graph);
  graph.streamEvents = (input, options, ...rest) =>
    streamEvents(input, { ...options, recursionLimit: Math.max(limit, options.recursionLimit ?? 0) }, ...rest);
  return graph;
}

/** The graph, whose input a listener sees before each run; `invoke` and `streamEvents` stream too. */
export function withInputListener<Graph extends StreamableGraph>(
  graph: Graph,
  listen: (input: unknown, config: Partial<RunnableConfig> | undefined) => void,
): Graph {
  const stream = graph.stream.bind(graph);
  graph.stream = (input, options) => {
    listen(input, options);
    return stream(input, options);
  };
  return graph;
}
