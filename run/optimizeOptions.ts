import type { Embeddings } from '@langchain/core/embeddings';
import type { BaseLanguageModel } from '@langchain/core/language_models/base';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { ApprovalHandler } from '../graphs/approve.ts';
import { toEmbeddingTransport, toTransport, type SuppliedModels } from '../models/index.ts';
import { LANGUAGE_ROLES } from '../models/roles.ts';
import { describeIssues } from './config/describeIssues.ts';
import { ConfigInput, loadConfig, type Config } from './config/loadConfig.ts';
import { readRawConfig } from './config/readRawConfig.ts';
import { UserError } from './config/userError.ts';
import type { OptimizeEventHandler } from './events.ts';
import { checkGivenData, type GivenData, type GivenExamples, type GivenQuery } from './givenData.ts';
import type { NodeOverrideFactory } from './nodeOverrides.ts';

/** LangChain models by role. A role that is left out is played by the config's model for it, else by the optimizer. */
export interface OptimizeModels {
  base?: BaseLanguageModel;
  reward?: BaseChatModel;
  judge?: BaseChatModel;
  optimizer?: BaseChatModel;
  embeddings?: Embeddings;
}

/** A config as an object; every key may be left out. */
export type OptimizeConfig = Partial<z.input<typeof ConfigInput>>;

/** What `optimize()` takes; `config`, `models` or both are needed. */
export interface OptimizeOptions {
  /** A config as an object, or the path of its file (JSON or YAML). */
  config?: string | OptimizeConfig;
  /**
   * LangChain models, which replace `config.models` role by role. Their calls count in budgets, are retried and are kept in
   * `calls.jsonl` like all others; set a model's own `maxRetries` to 0, so that no retry stays uncounted. An answer is kept
   * under the provider, name and parameters that the model itself states. A model that states none is known by its class:
   * give another one of the same class another folder.
   */
  models?: OptimizeModels;
  /** Replace the config's query files; as data files hold them. */
  queries?: readonly GivenQuery[];
  /** Replace the config's example file; as data files hold them. */
  examples?: GivenExamples;
  /** Nodes in the place of the paper's, or the path of a module that makes them: `(nodes, models) => ({ judge: mine })`. */
  nodes?: NodeOverrideFactory | string;
  /** Ends the run early, with the best prompt so far and `stoppedBy: "interrupted"`. */
  signal?: AbortSignal;
  /** Receives what happens; the run waits for it only after `started` and `finished`. */
  onEvent?: OptimizeEventHandler;
  /** The run's folder. Default: `runs/` and a name that depends on the config and on all replacements. */
  folder?: string;
  /** Starts again in a folder that holds another run, whose files are moved aside. Default: false. */
  fresh?: boolean;
  /** Asked about each level before it is ranked: accept, edit, score or veto. */
  approve?: ApprovalHandler;
}

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
    data: checkGivenData(queries, examples),
  };
}

function loadOptionsConfig({ config = {}, models = {}, nodes, queries, examples }: OptimizeOptions): Config {
  const source = typeof config === 'string' ? { file: config } : { values: { ...config } };
  const raw = readRawConfig(source);
  const override: Record<string, unknown> = {};
  for (const role of [...LANGUAGE_ROLES, 'embeddings'] as const) {
    const settings: unknown = Reflect.get(Object(raw['models']), role);
    const inherited = role === 'embeddings' || settings !== undefined ? undefined : models.optimizer;
    const model = models[role] ?? inherited;
    if (model) override[`models.${role}`] = describeSupplied(role, model, isObject(settings) ? settings : {});
  }
  if (typeof nodes === 'string') override['nodes'] = resolve(nodes);
  if (typeof nodes === 'function') override['nodes'] = undefined;
  if (queries) override['queries.files'] = undefined;
  if (examples) override['examples.file'] = undefined;
  return loadConfig({ ...source, override });
}

/** What a config says of a model that the caller supplies: its name, and what of the role's settings still counts. */
function describeSupplied(
  role: string,
  model: BaseLanguageModel | Embeddings,
  { maxRetries, maxTokens, price }: Record<string, unknown>,
): Record<string, unknown> {
  const transport = 'embedDocuments' in model ? toEmbeddingTransport(model) : toTransport(model);
  const counted = role === 'embeddings' ? { maxRetries } : { maxRetries, maxTokens, price };
  const decoding = role === 'embeddings' ? {} : { temperature: null, topP: null };
  const settings = Object.entries(counted).filter(([, value]) => value !== undefined);
  return { provider: 'langchain', model: transport.model, ...decoding, ...Object.fromEntries(settings) };
}
