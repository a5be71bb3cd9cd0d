import type { RunnableConfig } from '@langchain/core/runnables';

/** A graph as far as its input is seen. */
export interface StreamableGraph {
  stream(input: unknown, options?: Partial<RunnableConfig>): unknown;
}

/** Shows a graph's input to a listener before each run. Every way of running a graph streams it. */
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
