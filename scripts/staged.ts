import { rewriteExamples, type DrpoOptions } from '../graphs/index.ts';
import type { Strategy } from '../graphs/strategies/index.ts';
import type { Nodes } from '../nodes/index.ts';

/** Another strategy in the place of stage 2, after stage 1 where it is asked for. */
export const staged = (strategy: Strategy, nodes: Nodes, options: DrpoOptions): ReturnType<Strategy> => ({
  invoke: async ({ queries, examples = [] }, config) => {
    const { rewrite, rewriteRounds, rewriteLimit, ...search } = options;
    const stage1 = rewriteExamples(nodes, {
      ...(rewriteRounds !== undefined && { rewriteRounds }),
      ...(rewriteLimit !== undefined && { rewriteLimit }),
    });
    const shots = rewrite ? (await stage1.invoke({ examples }, config)).examples : examples;
    return strategy(nodes, search).invoke({ queries, examples: shots }, config);
  },
});
