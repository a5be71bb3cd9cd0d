import { z } from 'zod';
import { computeUsageCost } from '../../models/gateway/budget.ts';
import type { ModelPrice } from '../../models/settings.ts';

/** Tokens of a model call, as LangSmith counts them. */
export const LangSmithUsage = z.looseObject({
  input_tokens: z.number(),
  output_tokens: z.number(),
  input_token_details: z.looseObject({ cache_read: z.number().optional() }).optional(),
  output_token_details: z.looseObject({ reasoning: z.number().optional() }).optional(),
});
export type LangSmithUsage = z.infer<typeof LangSmithUsage>;

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
  { input_tokens, output_tokens, input_token_details: details, output_token_details: parts }: LangSmithUsage,
  price: ModelPrice | undefined,
): Record<string, number> {
  if (!price) return {};
  const cachedInput = details?.cache_read ?? 0;
  const input = computeUsageCost({ input: input_tokens, cachedInput, output: 0 }, price);
  const output = computeUsageCost({ input: 0, output: output_tokens, reasoning: parts?.reasoning ?? 0 }, price);
  return { input_cost: input, output_cost: output, total_cost: input + output };
}
