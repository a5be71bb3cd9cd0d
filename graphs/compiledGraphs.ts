import type {
  BaseChannel,
  CommandInstance,
  CompiledGraph,
  Pregel,
  PregelNode,
  StreamTransformer,
} from '@langchain/langgraph';
import type { Example, QueryInput } from '../state/example.ts';
import type { FinalOutcome } from '../state/final.ts';

/** What a search starts from: the training queries X, at least one, and the in-context examples I*. */
export interface SearchData {
  queries?: QueryInput[];
  examples?: Example[] | undefined;
}

/** What every search returns: the prompt, its path's value (mean reward without the root, 1 to 5), and what ended the search. */
export interface StrategyResult {
  bestPrompt: string;
  bestId: string;
  value: number | null;
  stoppedBy: string;
  levels: number;
  beam: string[];
  examples: Example[];
  /** The comparison on held-out queries; null if there was none. */
  final: FinalOutcome | null;
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
    readonly (() => StreamTransformer)[]
  >;

/** Queries and examples in, the best system prompt out. */
export type SearchGraph = PromptGraph<SearchData, StrategyResult>;

/** Examples in, the rewritten examples out. */
export type ExamplesGraph = PromptGraph<ExampleData, RewrittenExamples>;
