import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BUDGETED_ROLES, type LanguageRole } from '../../models/roles.ts';
import { DEFAULT_OPENAI_URL, ModelPrice, type ResolvedModel } from '../../models/settings.ts';
import { describeIssues } from './describeIssues.ts';
import { packageRoot } from './packageRoot.ts';
import { readTextFile } from './readTextFile.ts';
import { UserError } from './userError.ts';

/** Prices by "SERVICE/MODEL", or in a table of one's own by the model's name alone. */
const PriceTable = z.looseObject({ models: z.record(z.string(), ModelPrice) });
type PriceTable = z.infer<typeof PriceTable>;

/** The service behind an address of OpenAI's API, as the table names it. */
const SERVICE_HOSTS: readonly (readonly [string, string])[] = [
  ['api.openai.com', 'openai'],
  ['api.anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'google'],
  ['api.mistral.ai', 'mistral'],
  ['api.deepseek.com', 'deepseek'],
  ['api.x.ai', 'xai'],
  ['api.groq.com', 'groq'],
  ['api.cerebras.ai', 'cerebras'],
  ['api.cohere.ai', 'cohere'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.together.xyz', 'together'],
  ['api.together.ai', 'together'],
  ['api.fireworks.ai', 'fireworks'],
  ['api.moonshot.ai', 'moonshot'],
  ['dashscope-intl.aliyuncs.com', 'dashscope'],
  ['api.z.ai', 'zai'],
];

/** Providers whose name in a config is not the table's. */
const PROVIDER_SERVICES: Readonly<Record<string, string>> = {
  'google-genai': 'google',
  'google-vertexai': 'google',
  'google-vertexai-web': 'google',
  mistralai: 'mistral',
  aws: 'bedrock',
};

/** Whether calls to a model may cost something. */
const isBilled = ({ provider }: ResolvedModel): boolean =>
  provider !== 'simulated' && provider !== 'langchain' && provider !== 'ollama';

/** The service that bills a model; undefined if it runs at an address of its own or is simulated. */
function findService(model: ResolvedModel, env: Readonly<Record<string, string | undefined>>) {
  const { provider, baseUrl } = model;
  if (!isBilled(model)) return undefined;
  if (provider !== 'openai') return PROVIDER_SERVICES[provider] ?? provider;
  const { hostname } = new URL(baseUrl ?? env['OPENAI_BASE_URL'] ?? DEFAULT_OPENAI_URL);
  return SERVICE_HOSTS.find(([host]) => host === hostname)?.[1];
}

/** Reads a table of prices: the package's own, or the user's. @throws UserError if the file is no such table */
export function readPriceTable(file?: string): PriceTable {
  const path = file ?? join(packageRoot, 'data/prices.json');
  const table = parseJson(file === undefined ? readFileSync(path, 'utf8') : readTextFile(file, 'prices'));
  const parsed = PriceTable.safeParse(table);
  if (parsed.success) return parsed.data;
  const expected = 'expected {"models": {"MODEL": {"input": …, "output": …}}} in USD per million tokens';
  const [issue] = table === undefined ? [] : describeIssues(parsed.error, PriceTable, table, 'the file');
  throw new UserError(`prices: ${expected}, got ${path}${issue === undefined ? ', which is no JSON' : `; ${issue}`}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/**
 * Finds the price of a model. `isOwn`: the table is the user's, so a name alone is enough, at any address.
 */
function findPrice(
  { models }: PriceTable,
  model: ResolvedModel,
  env: Readonly<Record<string, string | undefined>>,
  isOwn: boolean,
): ModelPrice | undefined {
  const service = findService(model, env);
  const names = [...(service ? [`${service}/${model.model}`] : []), ...(isOwn ? [model.model ?? ''] : [])];
  return names.flatMap((name) => (Object.hasOwn(models, name) ? [models[name]] : []))[0];
}

/** What of a config has prices. */
interface PricedConfig {
  prices?: string | undefined;
  models: Record<LanguageRole, ResolvedModel> & { proofJudge?: ResolvedModel | undefined };
  judge: { panel: ResolvedModel[] };
}

/** Gives each model without a price that of the table, if it has one. Idempotent. @throws UserError if `prices` names no table */
export function applyPrices<C extends PricedConfig>(config: C, env: Readonly<Record<string, string | undefined>>): C {
  const isOwn = config.prices !== undefined;
  const all = [...Object.values(config.models), ...config.judge.panel].filter(isPriceable);
  if (!isOwn && !all.some((model) => model.price === undefined && findService(model, env) !== undefined)) return config;
  const table = readPriceTable(config.prices);
  const addPrice = <M>(model: M): M => {
    if (!isPriceable(model) || model.price !== undefined) return model;
    const price = findPrice(table, model, env, isOwn);
    return price ? { ...model, price } : model;
  };
  const models = Object.fromEntries(Object.entries(config.models).map(([role, model]) => [role, addPrice(model)]));
  return {
    ...config,
    models: { ...config.models, ...models },
    judge: { ...config.judge, panel: config.judge.panel.map(addPrice) },
  };
}

/** Whether a value is a language model's settings; those of embeddings are not. */
const isPriceable = (model: unknown): model is ResolvedModel =>
  typeof model === 'object' && model !== null && 'temperature' in model;

/** Lists the places of models without a price that a known service bills, or that the user's table lacks, each with the model's name. */
export function listUnknownPrices(
  { models, judge, prices }: PricedConfig,
  env: Readonly<Record<string, string | undefined>>,
): [string, string][] {
  const roles = BUDGETED_ROLES.flatMap((role) => {
    const model = models[role];
    return model ? [[`models.${role}`, model] as const] : [];
  });
  const panel = judge.panel.map((model, i) => [`judge.panel.${i}`, model] as const);
  return [...roles, ...panel].flatMap(([path, model]): [string, string][] =>
    model.price === undefined && (findService(model, env) !== undefined || (prices !== undefined && isBilled(model)))
      ? [[path, model.model ?? '']]
      : [],
  );
}
