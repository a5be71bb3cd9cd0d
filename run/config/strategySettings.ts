import { z } from 'zod';
import { DEFAULT_STRATEGY_OPTIONS, STRATEGY_NAMES } from '../../graphs/strategies/index.ts';

const { queriesPerCandidate, iterations, maxRolloutDepth, explorationWeight, temperature, seed } =
  DEFAULT_STRATEGY_OPTIONS;
const makeWholeNumber = (least: number) => z.number().int().min(least);

/** How prompts are searched: a strategy's name, or an object with the name and that strategy's own options. */
export const StrategySettings = z
  .preprocess(
    (input) => (typeof input === 'string' ? { name: input } : input),
    z.discriminatedUnion(
      'name',
      [
        z.strictObject({ name: z.enum(['beam', 'greedy', 'monte-carlo']) }),
        z.strictObject({
          name: z.literal('stochastic-beam'),
          temperature: z.number().positive().default(temperature),
          seed: makeWholeNumber(0).default(seed),
        }),
        z.strictObject({
          name: z.literal('best-of-n'),
          queriesPerCandidate: makeWholeNumber(1).default(queriesPerCandidate),
        }),
        z.strictObject({
          name: z.literal('mcts'),
          iterations: makeWholeNumber(1).default(iterations),
          maxRolloutDepth: makeWholeNumber(1).default(maxRolloutDepth),
          explorationWeight: z.number().min(0).default(explorationWeight),
        }),
      ],
      { error: `expected one of ${STRATEGY_NAMES.join(', ')}` },
    ),
  )
  .prefault('beam');
