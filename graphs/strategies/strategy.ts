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
  /** best-of-N: queries each rewrite is judged on, 1 or more. */
  queriesEach?: number;
  /** Stochastic beam: points by which a value must be better to be e times as likely; above 0. */
  temperature?: number;
  /** Stochastic beam: of its draws. */
  seed?: number;
  /** MCTS: walks at most, steps of a walk at most, and the weight of exploring (the reference's 10, 5 and 1). */
  walks?: number;
  steps?: number;
  explore?: number;
}

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

/** Judgements of a beam that rewrites on every level (algorithm.md 3), less the final's. */
const countBeamEvaluations = ({ beamWidth, actions, depth, final }: ResolvedSearchOptions): number =>
  beamWidth * actions * depth - (final ? countFinalEvaluations(final) : 0);

/** The options of the search alone. */
export function pickSearchOptions({
  evaluations: _n,
  queriesEach: _q,
  temperature: _t,
  seed: _s,
  walks: _w,
  steps: _p,
  explore: _e,
  ...search
}: StrategyOptions): SearchOptions {
  return search;
}
