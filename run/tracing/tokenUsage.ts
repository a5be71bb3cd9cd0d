import { z } from 'zod';

/** Tokens of a model call, as LangSmith counts them. */
export const LangSmithUsage = z.looseObject({ input_tokens: z.number(), output_tokens: z.number() });
export type LangSmithUsage = z.infer<typeof LangSmithUsage>;

/** US dollars per million tokens. */
export type PricePerMillion = { input: number; output: number };

const CompletionOutput = z.object({
  llmOutput: z.object({ tokenUsage: z.object({ promptTokens: z.number(), completionTokens: z.number() }) }),
});

/** Tokens of a completion model, which LangChain counts beside its output; none of an answer from the run's store. */
export function readCompletionUsage(outputs: unknown): LangSmithUsage | undefined {
  const { promptTokens, completionTokens } = CompletionOutput.safeParse(outputs).data?.llmOutput.tokenUsage ?? {};
  if (!promptTokens || completionTokens === undefined) return undefined; // nothing was sent
  return {
    input_tokens: promptTokens,
    output_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** US dollars, if the config has a price. */
export function computeCosts(
  { input_tokens, output_tokens }: LangSmithUsage,
  price: PricePerMillion | undefined,
): Record<string, number> {
  if (!price) return {};
  const [input, output] = [(input_tokens * price.input) / 1e6, (output_tokens * price.output) / 1e6];
  return { input_cost: input, output_cost: output, total_cost: input + output };
}
