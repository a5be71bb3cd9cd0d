import { z } from 'zod';
import { DEFAULT_EXAMPLE_COUNT } from '../../nodes/retrieveExamples.ts';
import { ModelsConfig } from '../../models/index.ts';
import { ConfigInput, type Config } from '../config/loadConfig.ts';
import { listCheckModules } from '../config/checkModules.ts';
import { applyPreset } from '../config/presets.ts';
import type { Example, Query } from '../../state/example.ts';
import { toTrainingTexts } from '../createRunParts.ts';

const { preset, concurrency, task, mustKeep, initialPrompt, queries, examples, rewards, search, final, budget, judge } =
  ConfigInput.shape;

/** The part of a config that is sent to a server with a run. Models, keys and paths are not: the server has its own models. */
export const RunOptions = z
  .strictObject({
    preset,
    concurrency,
    task,
    mustKeep,
    initialPrompt,
    queries: queries.unwrap().omit({ files: true, heldOut: true, fields: true }),
    examples: examples
      .unwrap()
      .omit({ file: true })
      .extend({ k: z.number().int().min(0).default(DEFAULT_EXAMPLE_COUNT) }),
    rewards: rewards.refine(({ checks }) => listCheckModules(checks).length === 0, 'expected no check by a module'),
    search,
    final,
    budget,
    judge: judge.unwrap().pick({ samples: true, reliabilityChecks: true }),
    /** The run's data for the guards, if the server may have forgotten it: a resumed run has no input. */
    training: z.object({ queries: z.array(z.string()), examples: z.array(z.string()) }).optional(),
    /** Whether the run rests at each level and asks a person. */
    approve: z.boolean().default(false),
  })
  .transform(applyPreset);
export type RunOptions = z.infer<typeof RunOptions>;

/** The key of a run's `configurable` that holds this. */
export const CONFIGURABLE_KEY = 'drpo';

/** What a run of the server's graph may be asked for: a description of the server, or a search with options. */
export const RunRequest = z.union([z.strictObject({ about: z.literal(true) }), RunOptions]);
export type RunRequest = z.infer<typeof RunRequest>;

/** A server's description of itself: its models, as a run's config.json holds them, without keys. */
export const ServerInfo = z.object({
  version: z.string(),
  models: ModelsConfig,
  judges: z.array(z.unknown()),
  /** Whether it was started to ask a person at each level. */
  approve: z.boolean(),
});
export type ServerInfo = z.infer<typeof ServerInfo>;

/** The part of a config that travels. */
export function toRunOptions(
  config: Config,
  approve: boolean,
  data?: { queries: readonly Query[]; examples: readonly Example[] },
): RunOptions {
  const { files: _, heldOut: ___, fields: ____, ...order } = config.queries;
  const { file: __, ...shots } = config.examples;
  const {
    preset: named,
    concurrency: most,
    initialPrompt: first,
    task: purpose,
    mustKeep: kept,
    rewards: aspects,
    search: how,
    budget: spend,
  } = config;
  return {
    preset: named,
    concurrency: most,
    initialPrompt: first,
    ...(purpose !== undefined && { task: purpose }),
    mustKeep: kept,
    queries: order,
    examples: shots,
    rewards: aspects,
    search: how,
    final: config.final,
    budget: spend,
    judge: { samples: config.judge.samples, reliabilityChecks: config.judge.reliabilityChecks },
    approve,
    ...(data && { training: toTrainingTexts(data) }),
  };
}
