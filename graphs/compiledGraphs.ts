import type {
  BaseChannel,
  CommandInstance,
  CompiledGraph,
  Pregel,
  PregelNode,
  StreamTransformer,
} from '@langchain/langgraph';
import type { Example, QueryInput } from '../state/example.ts';
import type { StrategyResult } from './strategies/strategy.ts';

/** What a search starts from: the training queries X, at least one, and the in-context examples I*. */
export interface SearchData {
  queries?: QueryInput[];
  examples?: Example[] | undefined;
}

/** The in-context examples of stage 1. */
export interface ExampleData {
  examples?: Example[] | undefined;
}

/** What stage 1 returns: the rewritten examples, in the order in which they came. */
export interface RewrittenExamples {
  examples: Example[];
}

/** LangGraph's compiled graph from an input to an output, with `invoke`, `stream`, `getState` and the rest. */
export type PromptGraph<Input, Output> = Pick<CompiledGraph<string>, 'getGraphAsync'> &
  Pregel<
    Record<string, PregelNode>,
    Record<string, BaseChannel>,
    Record<string, unknown>,
    Input,
    Output,
    Record<string, unknown>,
    Record<string, unknown>,
    unknown,
    CommandInstance,
    unknown,
    readonly (() => StreamTransformer<unknown>)[]
  >;

/** Queries and examples in, the best system prompt out. */
export type SearchGraph = PromptGraph<SearchData, StrategyResult>;

/** Examples in, the rewritten examples out. */
export type ExamplesGraph = PromptGraph<ExampleData, RewrittenExamples>;
