import type { RunnableConfig } from '@langchain/core/runnables';
import type { Respond, RetrieveExamples } from '../../nodes/node.ts';
import type { Example } from '../../state/example.ts';

/** The ways to answer: without alignment, with URIAL's fixed text, or with a run's prompt and examples. */
export const METHOD_NAMES = ['base', 'urial', 'drpo'] as const;
export type MethodName = (typeof METHOD_NAMES)[number];

/** A response. `missing` says why there is none. */
export interface MethodAnswer {
  response: string;
  missing?: string | undefined;
}

/** Answers one instruction; `index` is its place in the list that the method was prepared for. */
export type InstructionAnswerer = (query: string, index: number, config?: RunnableConfig) => Promise<MethodAnswer>;

/** Prepares a method for a list of instructions; in-context examples are retrieved for all of them at once. */
export type AlignmentMethod = (queries: readonly string[]) => Promise<InstructionAnswerer>;

/** Creates the method without alignment: a fixed prompt and no examples. */
export const createBaseMethod =
  (respond: Respond, prompt: string): AlignmentMethod =>
  async () =>
  (query, _index, config) =>
    respond({ prompt, query, examples: [] }, config);

/** Creates DRPO's method, B(x | P, I*_K): a run's prompt and the K examples retrieved for each query. */
export const createAlignedMethod =
  (
    nodes: { respond: Respond; retrieveExamples: RetrieveExamples },
    prompt: string,
    examples: readonly Example[],
  ): AlignmentMethod =>
  async (queries) => {
    const { exampleIndices } = await nodes.retrieveExamples({ queries, examples });
    return (query, index, config) => {
      const retrieved = (exampleIndices[index] ?? []).flatMap((i) => examples[i] ?? []);
      return nodes.respond({ prompt, query, examples: retrieved }, config);
    };
  };
