import type { TokenUsage } from './transport.ts';

/** Adds tokens up. */
export const sumTokenUsage = (usages: readonly TokenUsage[]): TokenUsage =>
  usages.reduce<TokenUsage>(
    (sum, usage) => ({
      input: sum.input + usage.input,
      cachedInput: sum.cachedInput + usage.cachedInput,
      ...((sum.writtenInput ?? usage.writtenInput) !== undefined && {
        writtenInput: (sum.writtenInput ?? 0) + (usage.writtenInput ?? 0),
      }),
      output: sum.output + usage.output,
      reasoning: sum.reasoning + usage.reasoning,
      estimated: sum.estimated + usage.estimated,
    }),
    { input: 0, cachedInput: 0, output: 0, reasoning: 0, estimated: 0 },
  );
