import type { RunnableConfig } from '@langchain/core/runnables';

/** A compiled graph, as far as its limit is concerned. */
interface LimitedGraph {
  stream(input: unknown, options?: Partial<RunnableConfig>): unknown;
  withConfig(config: RunnableConfig): this;
}

/**
 * Gives a graph a limit of supersteps that holds however it is run; a higher limit in a call holds too. LangGraph 1.7.3
 * keeps a limit bound by `withConfig` in `invoke` and `stream` only. In `batch`, as a node of another graph and on a server,
 * 25 supersteps replace it, some ten levels of a search (findings/langgraph-bound-recursion-limit.sh).
 */
export function withRecursionLimit<Graph extends LimitedGraph>(graph: Graph, limit: number): Graph {
  const limited = graph.withConfig({ recursionLimit: limit });
  const [stream, withConfig] = [limited.stream.bind(limited), limited.withConfig.bind(limited)];
  // every way of running a graph streams it
  limited.stream = (input, options) =>
    stream(input, { ...options, recursionLimit: Math.max(limit, options?.recursionLimit ?? 0) });
  limited.withConfig = (config) => withRecursionLimit(withConfig(config), Math.max(limit, config.recursionLimit ?? 0));
  return limited;
}
