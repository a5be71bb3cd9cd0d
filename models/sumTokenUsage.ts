import type { TokenUsage } from './transport.ts';

/** Adds tokens up. */
export const sumTokenUsage = (usages: readonly TokenUsage[]): TokenUsage =>
  usages.reduce(
    (sum, usage) => ({
      input: sum.input + usage.input,
      cachedInput: sum.cachedInput + usage.cachedInput,
      output: sum.output + usage.output,
      reasoning: sum.reasoning + usage.reasoning,
      estimated: sum.estimated + usage.estimated,
    }),
    { input: 0, cachedInput: 0, output: 0, reasoning: 0, estimated: 0 },
  );
