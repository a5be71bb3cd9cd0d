import type { RunnableConfig } from '@langchain/core/runnables';
import type { SearchNodes } from '../../nodes/node.ts';
import type { SearchData, StrategyResult } from '../compiledGraphs.ts';
import { resolveSearchOptions, type ResolvedSearchOptions, type SearchOptions } from '../searchOptions.ts';
import { countFinalEvaluations } from '../finalOptions.ts';

/** Options of all strategies: those of the search, and those of one strategy each. */
export interface StrategyOptions extends SearchOptions {
  /** Sampling and MCTS: judgements of the search, 1 or more. Default: W·M·D without the final's, as much as a beam takes. */
  evaluations?: number;
  /** Best of N: queries each rewrite is judged on, 1 or more. Default: 6. */
  queriesPerCandidate?: number;
  /** Stochastic beam: points by which a value must be better to be e times as likely, above 0. Default: 0.2. */
  temperature?: number;
  /** Stochastic beam: the seed of its draws, 0 or more. Default: 0. */
  seed?: number;
  /** MCTS: paths from the root down that the search takes at most, 1 or more. Default: 10. */
  iterations?: number;
  /** MCTS: the depth of a path at most, 1 or more. Default: 5. */
  maxRolloutDepth?: number;
  /** MCTS: the weight of exploration in UCT, 0 or more. Default: 1. */
  explorationWeight?: number;
}

/** The defaults of the options that belong to one strategy each. Those of MCTS are the reference's. */
export const DEFAULT_STRATEGY_OPTIONS = {
  queriesPerCandidate: 6,
  temperature: 0.2,
  seed: 0,
  iterations: 10,
  maxRolloutDepth: 5,
  explorationWeight: 1,
} as const satisfies StrategyOptions;

/** Builds a search over system prompts from nodes and options. */
export type Strategy = (nodes: SearchNodes, options?: StrategyOptions) => StrategyGraph;

/** A strategy's graph, as far as `drpo` uses it. */
export interface StrategyGraph {
  invoke(input: SearchData, config?: RunnableConfig): Promise<StrategyResult>;
  /** Holds a limit of supersteps that the search cannot reach. */
  config?: RunnableConfig | undefined;
}

/** Fills in the options of sampling and tree search. Paths are valued by means. */
export function resolveTreeOptions(partialOptions: StrategyOptions): ResolvedSearchOptions & { evaluations: number } {
  const options = { ...resolveSearchOptions(pickSearchOptions(partialOptions)), aggregate: 'mean' as const };
  return { ...options, evaluations: partialOptions.evaluations ?? countBeamEvaluations(options) };
}

/** Counts the judgements of a beam that rewrites every prompt, without the final's. */
const countBeamEvaluations = ({ beamWidth, actions, depth, finalInSearch }: ResolvedSearchOptions): number =>
  beamWidth * actions * depth - (finalInSearch ? countFinalEvaluations(finalInSearch) : 0);

/** Picks the options of the search, without those of single strategies. */
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
