import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import { resolve } from 'node:path';
import { z } from 'zod';
import { toEmbeddingTransport, toTransport, type SuppliedModels } from '../models/index.ts';
import { DEFAULT_EXAMPLE_COUNT } from '../nodes/retrieveExamples.ts';
import { LANGUAGE_ROLES, MODEL_ROLES } from '../models/roles.ts';
import { describeIssues } from './config/describeIssues.ts';
import { ConfigInput, loadConfig, type Config } from './config/loadConfig.ts';
import { readRawConfig } from './config/readRawConfig.ts';
import { UserError } from './config/userError.ts';
import { checkGivenData, type GivenData } from './givenData.ts';
import type { NodeOverrideFactory } from './nodeOverrides.ts';
import type { OptimizeOptions } from './optimizeOptions.ts';

/** The options, checked, with their config complete. */
export interface CheckedOptions extends Pick<OptimizeOptions, 'signal' | 'onEvent' | 'folder' | 'fresh' | 'approve'> {
  config: Config;
  models: SuppliedModels;
  nodes: NodeOverrideFactory | undefined;
  data: GivenData;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isFunction = (value: unknown): boolean => typeof value === 'function';

const Model = z.custom<unknown>(
  (value) => isObject(value) && isFunction(value['_modelType']),
  'expected a model of LangChain',
);
const Arguments = z.strictObject({
  config: z
    .custom((value) => isObject(value) || typeof value === 'string', "expected a config, or its file's path")
    .optional(),
  models: z
    .strictObject({
      base: Model.optional(),
      reward: Model.optional(),
      judge: Model.optional(),
      optimizer: Model.optional(),
      proofJudge: Model.optional(),
      embeddings: z
        .custom((value) => isObject(value) && isFunction(value['embedDocuments']), 'expected embeddings of LangChain')
        .optional(),
    })
    .optional(),
  queries: z.array(z.unknown()).optional(),
  examples: z.unknown().optional(),
  nodes: z.custom((v) => isFunction(v) || typeof v === 'string', "expected a function, or a module's path").optional(),
  signal: z.custom((v) => isObject(v) && 'aborted' in v, 'expected an AbortSignal').optional(),
  onEvent: z.custom(isFunction, 'expected a function').optional(),
  folder: z.string().min(1).optional(),
  fresh: z.boolean().optional(),
  approve: z.custom(isFunction, 'expected a function').optional(),
});

/** The same with the config's keys, so that one at the wrong place is found. */
const KnownKeys = Arguments.extend({ config: ConfigInput });

/** Checks the options of `optimize()` as configs are checked. @throws UserError with one line for each fault */
export function checkOptions(options: OptimizeOptions): CheckedOptions {
  const parsed = Arguments.safeParse(options);
  if (!parsed.success) throw new UserError(describeIssues(parsed.error, KnownKeys, options, 'optimize()'));
  const { models = {}, nodes, queries, examples, ...rest } = options;
  const config = loadOptionsConfig(options);
  return {
    ...rest,
    config,
    models,
    nodes: typeof nodes === 'function' ? nodes : undefined,
    data: checkGivenData(queries, examples, config.queries.fields),
  };
}

function loadOptionsConfig({ config = {}, models = {}, nodes, queries, examples }: OptimizeOptions): Config {
  const source = typeof config === 'string' ? { file: config } : { values: { ...config } };
  const raw = readRawConfig(source);
  const override: Record<string, unknown> = {};
  for (const role of MODEL_ROLES) {
    const settings: unknown = Reflect.get(Object(raw['models']), role);
    const inherits = settings === undefined && LANGUAGE_ROLES.some((one) => one === role);
    const model = models[role] ?? (inherits ? models.optimizer : undefined);
    if (model) override[`models.${role}`] = describeSupplied(role, model, isObject(settings) ? settings : {});
  }
  if (typeof nodes === 'string') override['nodes'] = resolve(nodes);
  if (typeof nodes === 'function') override['nodes'] = undefined;
  if (queries) override['queries.files'] = undefined;
  if (examples) override['examples.file'] = undefined;
  const { k, file, from } = isObject(raw['examples']) ? raw['examples'] : {};
  if (examples && from !== undefined)
    throw new UserError(
      'examples.from: expected one source of examples, got a list too; leave examples or examples.from out',
    );
  if ((queries ?? examples) && k === undefined)
    override['examples.k'] = (examples ?? file ?? from) ? DEFAULT_EXAMPLE_COUNT : 0;
  return loadConfig({ ...source, override });
}

/** What a config says of a model that the caller supplies: its name, and what of the role's settings still counts. */
function describeSupplied(
  role: string,
  model: BaseLanguageModel | Embeddings,
  { maxRetries, maxTokens, price, output }: Record<string, unknown>,
): Record<string, unknown> {
  const transport = 'embedDocuments' in model ? toEmbeddingTransport(model) : toTransport(model);
  const counted = role === 'embeddings' ? { maxRetries } : { maxRetries, maxTokens, price, output };
  const decoding = role === 'embeddings' ? {} : { temperature: null, topP: null };
  const settings = Object.entries(counted).filter(([, value]) => value !== undefined);
  return { provider: 'langchain', model: transport.model, ...decoding, ...Object.fromEntries(settings) };
}
