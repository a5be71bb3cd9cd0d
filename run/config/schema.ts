import { join } from 'node:path';
import { z } from 'zod';
import { FINAL } from '../../graphs/index.ts';
import { STRATEGY_NAMES } from '../../graphs/strategies/index.ts';
import { JudgeSettings, ModelsConfig } from '../../models/settings.ts';
import { packageRoot } from './packageInfo.ts';
import { GuardSettings, withParts } from './presets.ts';

const whole = (least: number) => z.number().int().min(least);
const limit = whole(1).nullable();

/** The seed queries and examples that ship with this package (data/README.md). */
export const data = (name: string): string => join(packageRoot, 'data', name);
const SEEDS = ['everyday.json', 'longform.json', 'malicious.txt'].map(data);

/** The config as it is stated: what its preset sets is not filled in yet. */
export const Stated = z.strictObject({
  preset: z.enum(['default', 'reference']).default('default'),
  models: ModelsConfig,
  concurrency: whole(1).default(16),
  initialPrompt: z.string().min(1).default('You are a helpful assistant.'),
  queries: z
    .strictObject({
      files: z.array(z.string()).min(1).default(SEEDS),
      order: z.enum(['shuffled', 'given']).default('shuffled'),
      seed: whole(0).default(42),
      limit: limit.default(180),
    })
    .prefault({}),
  examples: z
    .strictObject({
      file: z.string().optional(),
      k: whole(0).default(2),
      rewrite: z.boolean().default(false),
      rewriteRounds: whole(0).default(5),
      limit: limit.default(null),
    })
    .prefault({}),
  rewards: z
    .strictObject({
      mode: z.enum(['dynamic', 'static']).default('dynamic'),
      aspects: z.array(z.string().min(1)).default([]),
    })
    .prefault({}),
  search: z
    .strictObject({
      strategy: z.enum(STRATEGY_NAMES).default('beam'),
      beamWidth: whole(1).default(2),
      actions: whole(1).default(3),
      depth: whole(1).default(20),
      maxDepthIncrease: whole(0).default(10),
      keepAbove: z.number().min(1).max(5).default(4.5),
      history: whole(1).default(5),
      actionsBelow: whole(1).exactOptional(),
      rankBy: z.enum(['estimate', 'value']).exactOptional(),
      revisitAfter: whole(2).nullable().exactOptional(),
      memory: whole(0).exactOptional(),
      safetyFloor: z.number().min(1).max(5).nullable().exactOptional(),
      guards: GuardSettings,
      missingShare: z.number().min(0).max(1).exactOptional(),
      speculate: z.boolean().default(false),
      patience: limit.default(null),
      stopWhenPerfect: z.boolean().default(false),
      /** Of single strategies (graphs/strategies/strategy.ts): stochastic-beam's, best-of-n's, and mcts' three. */
      temperature: z.number().positive().default(0.2),
      seed: whole(0).default(0),
      queriesEach: whole(1).default(6),
      walks: whole(1).default(10),
      steps: whole(1).default(5),
      explore: z.number().min(0).default(1),
    })
    .prefault({}),
  judge: z
    .strictObject({
      samples: whole(1).default(1),
      /** Judges besides `models.judge`; the median of all counts. */
      models: z.array(JudgeSettings).default([]),
      /** Judgements made a second time, to tell how far the judge agrees with itself; none in "reference" unless told. */
      retest: whole(0).exactOptional(),
    })
    .prefault({}),
  final: z
    .strictObject({
      candidates: whole(2).default(FINAL.candidates),
      queries: whole(2).default(FINAL.queries),
      proof: whole(2).default(FINAL.proof),
    })
    .nullable()
    .optional(),
  budget: z
    .strictObject({
      calls: limit.default(null),
      tokens: limit.default(null),
      usd: z.number().positive().nullable().default(null),
      minutes: z.number().positive().nullable().default(null),
    })
    .prefault({}),
  /** Where the run's place in its graph is kept: SQLite in its folder, or Postgres at the address in an environment variable. */
  checkpoints: z
    .strictObject({
      postgres: z.string().refine((name) => /^[A-Za-z_]\w*$/.test(name), {
        error: 'expected the name of an environment variable that holds the address, such as DATABASE_URL',
        params: { secret: true },
      }),
    })
    .optional(),
  tracing: z
    .strictObject({
      project: z.string().default('drpo'),
      tags: z.array(z.string()).default([]),
      /** LangSmith's data set for the instructions of `evaluate` and `experiment`; named by their file where there is none. */
      dataSet: z.string().min(1).optional(),
    })
    .prefault({}),
});

/** The config as the contract has it; every key has a default but the models, some of them by the preset (run/config/presets.ts). */
export const Config = Stated.transform(withParts);
export type Config = z.infer<typeof Config>;
