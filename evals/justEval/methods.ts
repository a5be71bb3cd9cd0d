import type { RunnableConfig } from '@langchain/core/runnables';
import type { Respond, RetrieveExamples } from '../../nodes/node.ts';
import type { Example } from '../../state/example.ts';

/** How instructions are answered: without alignment, with URIAL's fixed text, or with a run's prompt and examples. */
export const METHODS = ['base', 'urial', 'drpo'] as const;
export type MethodName = (typeof METHODS)[number];

/** A response; `missing`: why there is none. */
export interface Answer {
  response: string;
  missing?: string | undefined;
}

/** Answers one instruction, given with its place. */
export type AnswerOne = (query: string, place: number, config?: RunnableConfig) => Promise<Answer>;

/** A method, made ready for the instructions at hand (examples are retrieved for all of them at once). */
export type Prepare = (queries: readonly string[]) => Promise<AnswerOne>;

/** No alignment: a plain prompt, no examples. */
export const base =
  (respond: Respond, prompt: string): Prepare =>
  async () =>
  (query, _place, config) =>
    respond({ prompt, query, examples: [] }, config);

/** A run's prompt and the K examples retrieved for each query, laid out as they were when it was optimised: B(x | P, I*_K). */
export const aligned =
  (
    nodes: { respond: Respond; retrieveExamples: RetrieveExamples },
    prompt: string,
    examples: readonly Example[],
  ): Prepare =>
  async (queries) => {
    const { shots } = await nodes.retrieveExamples({ queries, examples });
    return (query, place, config) => {
      const near = (shots[place] ?? []).flatMap((i) => examples[i] ?? []);
      return nodes.respond({ prompt, query, examples: near }, config);
    };
  };
