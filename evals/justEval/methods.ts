import type { RunnableConfig } from '@langchain/core/runnables';
import type { Respond, RetrieveExamples } from '../../nodes/node.ts';
import type { Example } from '../../state/example.ts';

/** How instructions are answered: without alignment, with URIAL's fixed text, or with a run's prompt and examples. */
export const METHOD_NAMES = ['base', 'urial', 'drpo'] as const;
export type MethodName = (typeof METHOD_NAMES)[number];

/** A response; `missing`: why there is none. */
export interface MethodAnswer {
  response: string;
  missing?: string | undefined;
}

/** Answers one instruction, given with its place. */
export type InstructionAnswerer = (query: string, place: number, config?: RunnableConfig) => Promise<MethodAnswer>;

/** A method, made ready for the instructions at hand (examples are retrieved for all of them at once). */
export type AlignmentMethod = (queries: readonly string[]) => Promise<InstructionAnswerer>;

/** No alignment: a plain prompt, no examples. */
export const createBaseMethod =
  (respond: Respond, prompt: string): AlignmentMethod =>
  async () =>
  (query, _place, config) =>
    respond({ prompt, query, examples: [] }, config);

/** A run's prompt and the K examples retrieved for each query, laid out as they were when it was optimised: B(x | P, I*_K). */
export const createAlignedMethod =
  (
    nodes: { respond: Respond; retrieveExamples: RetrieveExamples },
    prompt: string,
    examples: readonly Example[],
  ): AlignmentMethod =>
  async (queries) => {
    const { exampleIndices } = await nodes.retrieveExamples({ queries, examples });
    return (query, place, config) => {
      const near = (exampleIndices[place] ?? []).flatMap((i) => examples[i] ?? []);
      return nodes.respond({ prompt, query, examples: near }, config);
    };
  };
