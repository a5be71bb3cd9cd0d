import { z } from 'zod';
import { OPTION_RANGES } from '../../graphs/requireKnownOptions.ts';
import { DEFAULT_STRATEGY_OPTIONS as defaults, STRATEGY_NAMES } from '../../graphs/strategies/index.ts';

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
          temperature: OPTION_RANGES.temperature.default(defaults.temperature),
          seed: OPTION_RANGES.seed.default(defaults.seed),
        }),
        z.strictObject({
          name: z.literal('best-of-n'),
          queriesPerCandidate: OPTION_RANGES.queriesPerCandidate.default(defaults.queriesPerCandidate),
        }),
        z.strictObject({
          name: z.literal('mcts'),
          iterations: OPTION_RANGES.iterations.default(defaults.iterations),
          maxRolloutDepth: OPTION_RANGES.maxRolloutDepth.default(defaults.maxRolloutDepth),
          explorationWeight: OPTION_RANGES.explorationWeight.default(defaults.explorationWeight),
        }),
      ],
      { error: `expected one of ${STRATEGY_NAMES.join(', ')}` },
    ),
  )
  .prefault('beam');
