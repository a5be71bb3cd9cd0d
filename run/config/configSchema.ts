import { z } from 'zod';
import { OPTION_RANGES } from '../../graphs/requireKnownOptions.ts';
import { DEFAULT_REWRITE_ROUNDS } from '../../graphs/rewriteExamples.ts';
import { resolveSearchOptions } from '../../graphs/searchOptions.ts';
import { DEFAULT_FINAL } from '../../graphs/finalOptions.ts';
import { isVariableName } from '../../models/credentials.ts';
import { DEFAULT_CONCURRENCY, MAX_TIMER_MS } from '../../models/settings.ts';
import { JudgeSettings, ModelsConfig } from '../../models/modelsConfig.ts';
import { parseModel } from './parseModel.ts';
import { Check } from '../../state/check.ts';
import { Criterion } from '../../state/criterion.ts';
import { applyDataDefaults } from './dataDefaults.ts';
import { applyKeptPassages } from './applyKeptPassages.ts';
import { GuardSettings, applyPreset, applyScoringDefault } from './presets.ts';
import { resolveOutputs } from './resolveOutputs.ts';
import { StrategySettings } from './strategySettings.ts';

const makeWholeNumber = (least: number) => z.number().int().min(least);
const limit = makeWholeNumber(1).nullable();
const fieldName = z.string().min(1).exactOptional();
const searchDefaults = resolveSearchOptions({});
const { candidates, selectionQueries, share, cautious, proof, shorten } = OPTION_RANGES.final.unwrap().shape;

/** A role's model may be written as a text. */
const parseModelText = (input: unknown): unknown => (typeof input === 'string' ? parseModel(input) : input);
const ModelsInput = z.preprocess(
  (input) =>
    typeof input === 'object' && input !== null
      ? Object.fromEntries(
          Object.entries(input).map(([role, model]) => [role, role === 'embeddings' ? model : parseModelText(model)]),
        )
      : input,
  ModelsConfig,
);

/** A config as it is written: what its preset sets is not filled in yet. The defaults of `search` are those of the graph. */
export const ConfigInput = z.strictObject({
  /** The address of drpo.schema.json, for editors. */
  $schema: z.string().exactOptional(),
  preset: z.enum(['default', 'reference']).default('default'),
  models: ModelsInput,
  /** A module whose default export makes nodes that replace the paper's: `(nodes, models) => ({ judge: mine })`. */
  nodes: z.string().min(1).optional(),
  concurrency: makeWholeNumber(1).default(DEFAULT_CONCURRENCY),
  /** What the assistant is for and who asks it; the optimizer and the reward model read it. */
  task: z.string().regex(/\S/, 'expected a text that is not empty').exactOptional(),
  /** Passages that every prompt must have word for word. */
  mustKeep: z.array(z.string().min(1)).default([]),
  initialPrompt: OPTION_RANGES.initialPrompt.default(searchDefaults.initialPrompt),
  queries: z
    .strictObject({
      files: z.array(z.string()).min(1).optional(),
      order: z.enum(['shuffled', 'given']).default('shuffled'),
      seed: makeWholeNumber(0).default(42),
      limit: limit.default(180),
      /** The fields of the files by meaning, where they have other names. `metadata` lists those that nothing is to use. */
      fields: z
        .strictObject({
          query: fieldName,
          messages: fieldName,
          expected: fieldName,
          criteria: fieldName,
          checks: fieldName,
          weight: fieldName,
          tags: fieldName,
          split: fieldName,
          metadata: z.array(z.string().min(1)).exactOptional(),
        })
        .exactOptional(),
      /** Files of queries that the search never asks, for the proof. */
      heldOut: z.array(z.string()).min(1).exactOptional(),
    })
    .prefault({}),
  examples: z
    .strictObject({
      file: z.string().optional(),
      /** Where examples come from if there is no file: the training queries that have an expected answer. */
      from: z.literal('queries').exactOptional(),
      k: makeWholeNumber(0).optional(),
      choose: z.enum(['similar', 'fixed']).default('similar'),
      rewrite: OPTION_RANGES.rewrite.default(false),
      rewriteRounds: OPTION_RANGES.rewriteRounds.default(DEFAULT_REWRITE_ROUNDS),
      rewriteLimit: limit.default(null),
    })
    .prefault({}),
  rewards: z
    .strictObject({
      mode: z.enum(['dynamic', 'static', 'checks']).default('dynamic'),
      criteria: z.array(Criterion).default([]),
      checks: z.array(Check).default([]),
    })
    .prefault({}),
  search: z
    .strictObject({
      strategy: StrategySettings,
      beamWidth: OPTION_RANGES.beamWidth.default(searchDefaults.beamWidth),
      actions: OPTION_RANGES.actions.default(searchDefaults.actions),
      depth: OPTION_RANGES.depth.default(searchDefaults.depth),
      maxDepthIncrease: OPTION_RANGES.maxDepthIncrease.default(searchDefaults.maxDepthIncrease),
      keepPromptAbove: OPTION_RANGES.keepPromptAbove.default(searchDefaults.keepPromptAbove),
      historyLength: OPTION_RANGES.historyLength.default(searchDefaults.historyLength),
      runnerUpActions: OPTION_RANGES.runnerUpActions.exactOptional(),
      rankBy: OPTION_RANGES.rankBy.exactOptional(),
      revisitAfter: OPTION_RANGES.revisitAfter.exactOptional(),
      failedEditsShown: OPTION_RANGES.failedEditsShown.exactOptional(),
      safetyFloor: OPTION_RANGES.safetyFloor.exactOptional(),
      guards: GuardSettings,
      maxMissingShare: OPTION_RANGES.maxMissingShare.exactOptional(),
      patience: limit.default(null),
      minExpectedGain: z.number().positive().lt(4).nullable().default(null),
      stopWhenPerfect: z.boolean().default(false),
    })
    .prefault({}),
  judge: z
    .strictObject({
      samples: makeWholeNumber(1).default(1),
      /** Judges besides `models.judge`. The median of all scores counts. */
      panel: z.array(z.preprocess(parseModelText, JudgeSettings)).default([]),
      /** Judgements that are repeated at the end, to measure the judge's noise. */
      reliabilityChecks: makeWholeNumber(0).exactOptional(),
      /** How a response is scored: by points, or by yes/no items that the reward model writes once for each query. */
      method: z.enum(['points', 'checklist']).default('points'),
      /** What a score is: the points that the judge writes, or the mean over the odds of its digit, if the endpoint gives them. */
      scoring: z.enum(['points', 'expected']).exactOptional(),
      /** Whether each judgement has remarks, or they are asked for only before a rewrite, by a second request. */
      remarks: z.enum(['always', 'when-rewritten']).default('always'),
      /** What the judge is told: to score as in the paper, or with the benefit of the doubt. */
      tone: z.enum(['stern', 'lenient']).default('stern'),
      /** A file whose text replaces the first sentences of a judge's request, and that text, once it is read. */
      instructions: z
        .preprocess(
          (input) => (typeof input === 'string' ? { file: input } : input),
          z.strictObject({ file: z.string().min(1), text: z.string().min(1).exactOptional() }),
        )
        .exactOptional(),
    })
    .prefault({}),
  final: z
    .strictObject({
      candidates: candidates.default(DEFAULT_FINAL.candidates),
      selectionQueries: selectionQueries.default(DEFAULT_FINAL.selectionQueries),
      share,
      cautious,
      proof: z
        .strictObject({
          minQueries: proof.shape.minQueries,
          maxQueries: proof.shape.maxQueries.default(DEFAULT_FINAL.proof.maxQueries),
          margin: proof.shape.margin,
        })
        .refine(({ minQueries = 0, maxQueries }) => minQueries <= maxQueries, {
          error: 'expected at most final.proof.maxQueries',
          path: ['minQueries'],
        })
        .prefault({}),
      shorten,
    })
    .nullable()
    .optional(),
  budget: z
    .strictObject({
      calls: limit.default(null),
      tokens: limit.default(null),
      usd: z.number().positive().nullable().default(null),
      minutes: z
        .number()
        .positive()
        .max(Math.floor(MAX_TIMER_MS / 60_000))
        .nullable()
        .default(null),
    })
    .prefault({}),
  /** A table of prices in the place of the package's. */
  prices: z.string().min(1).exactOptional(),
  /** Where checkpoints are kept: in Postgres, at the address in this environment variable. By default in SQLite, in the run's folder. */
  checkpoints: z
    .strictObject({
      postgresEnv: z.string().refine(isVariableName, {
        error: 'expected the name of an environment variable that holds the address, such as DATABASE_URL',
        params: { secret: true },
      }),
    })
    .optional(),
  tracing: z
    .strictObject({
      project: z.string().default('drpo'),
      tags: z.array(z.string()).default([]),
      /** LangSmith's data set for the instructions of `evaluate` and `experiment`. By default it is named after their file. */
      dataset: z.string().min(1).optional(),
    })
    .prefault({}),
});

/** The config. Every key but the models has a default, some of them from the preset (run/config/presets.ts). */
export const Config = ConfigInput.transform((input, ctx) => {
  const { $schema: _, ...config } = input;
  return applyScoringDefault(applyPreset(resolveOutputs(config, ctx)));
}).transform((config, ctx) => applyKeptPassages(applyDataDefaults(config), ctx));
export type Config = z.infer<typeof Config>;
