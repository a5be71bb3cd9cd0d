import type { RunnableConfig } from '@langchain/core/runnables';
import type { SearchNodes } from '../../nodes/node.ts';
import type { FinalOutcome } from '../../state/final.ts';
import type { Example, QueryInput } from '../../state/example.ts';
import {
  countFinalEvaluations,
  resolveSearchOptions,
  type ResolvedSearchOptions,
  type SearchOptions,
} from '../searchOptions.ts';

/** What every search returns: the prompt, its path's value (1 to 5, root left out), and what ended the search. */
export interface StrategyResult {
  bestPrompt: string;
  bestId: string;
  value: number | null;
  stoppedBy: string;
  levels: number;
  beam: string[];
  examples: Example[];
  /** The comparison on held-out queries; null where there was none. */
  final: FinalOutcome | null;
}

/** Options of all strategies: the search's, and what single ones need. */
export interface StrategyOptions extends SearchOptions {
  /** Judgements a search may take; W·M·D unless told, so that all strategies cost the same. */
  evaluations?: number;
  /** Best of N: queries each rewrite is judged on, 1 or more. */
  queriesPerCandidate?: number;
  /** Stochastic beam: the difference of two values, in points, that makes the better one e times as likely; above 0. */
  temperature?: number;
  /** Stochastic beam: the seed of its draws, 0 or more. */
  seed?: number;
  /** MCTS: paths from the root down that the search takes at most, 1 or more. */
  iterations?: number;
  /** MCTS: the depth of a path at most, 1 or more. */
  maxRolloutDepth?: number;
  /** MCTS: the weight of exploration in UCT, 0 or more. */
  explorationWeight?: number;
}

/** The defaults of the options that belong to one strategy each; those of MCTS are the reference's. */
export const DEFAULT_STRATEGY_OPTIONS = {
  queriesPerCandidate: 6,
  temperature: 0.2,
  seed: 0,
  iterations: 10,
  maxRolloutDepth: 5,
  explorationWeight: 1,
} as const satisfies StrategyOptions;

/** A search over system prompts, swappable as nodes are: made of nodes and options, a graph that takes queries and examples. */
export type Strategy = (
  nodes: SearchNodes,
  options?: StrategyOptions,
) => {
  invoke(input: { queries: QueryInput[]; examples?: Example[] }, config?: RunnableConfig): Promise<StrategyResult>;
  /** Its limit of supersteps is one that it cannot reach. */
  config?: RunnableConfig | undefined;
};

/** The options of sampling and tree search: valued by means, and as many judgements as a beam of the same options takes, final and all. */
export function resolveTreeOptions(given: StrategyOptions): ResolvedSearchOptions & { evaluations: number } {
  const options = { ...resolveSearchOptions(pickSearchOptions(given)), aggregate: 'mean' as const };
  return { ...options, evaluations: given.evaluations ?? countBeamEvaluations(options) };
}

/** Judgements of a beam that rewrites on every level (docs/algorithm.md#search-strategies), less the final's. */
const countBeamEvaluations = ({ beamWidth, actions, depth, final }: ResolvedSearchOptions): number =>
  beamWidth * actions * depth - (final ? countFinalEvaluations(final) : 0);

/** The options of the search alone. */
export function pickSearchOptions({
  evaluations: _n,
  queriesPerCandidate: _q,
  temperature: _t,
  seed: _s,
  iterations: _w,
  maxRolloutDepth: _p,
  explorationWeight: _e,
  ...search
}: StrategyOptions): SearchOptions {
  return search;
}
