import { join } from 'node:path';
import { existsSync, readFileSync } from 'node:fs';
import { listMissingKeys, resolveEndpoint } from '../models/endpointAccess.ts';
import { ModelsConfigError } from '../models/errors.ts';
import { isListed } from '../models/isListed.ts';
import { listModels } from '../models/openai/listModels.ts';
import { BUDGETED_ROLES, type BudgetedRole } from '../models/roles.ts';
import type { ResolvedModel } from '../models/settings.ts';
import type { Config } from './config/loadConfig.ts';

/** The names that endpoints list, by their addresses. */
type ModelLists = Map<string, Promise<string[] | null>>;

/** Names that an error shows. */
const MAX_NAMES_SHOWN = 20;

/**
 * The config with a name for each model that it leaves out: the one that its endpoint lists. A run that continues in `folder`
 * keeps its names. @throws ModelsConfigError if an endpoint lists none, or several
 */
export async function resolveModelNames(config: Config, folder?: string): Promise<Config> {
  const { models, judge } = config;
  const used = BUDGETED_ROLES.flatMap((role) => {
    const model = models[role];
    return model ? [[role, model] as const] : [];
  });
  if (![...used.map(([, model]) => model), ...judge.panel].some(isUnnamed)) return config;
  const known = folder === undefined ? undefined : readConfigModels(folder);
  const lists: ModelLists = new Map();
  const nameRole = async ([role, model]: readonly [BudgetedRole, ResolvedModel]): Promise<[string, ResolvedModel]> => {
    const before: unknown = Reflect.get(Object(known), role);
    const [address, name]: unknown[] = [Reflect.get(Object(before), 'baseUrl'), Reflect.get(Object(before), 'model')];
    const isKnown = isUnnamed(model) && typeof name === 'string' && address === model.baseUrl;
    const settings = isKnown ? { ...model, model: name } : model;
    return [role, await resolveModelName(`models.${role}`, settings, models.optimizer.model, lists)];
  };
  const roles = await Promise.all(used.map(nameRole));
  const panel = await Promise.all(
    judge.panel.map((model, i) => resolveModelName(`judge.panel.${i}`, model, models.optimizer.model, lists)),
  );
  return { ...config, models: { ...models, ...Object.fromEntries(roles) }, judge: { ...judge, panel } };
}

const isUnnamed = ({ provider, model }: ResolvedModel): boolean => provider === 'openai' && model === undefined;

/** The settings of a model with its name. `path`: its place in the config. @throws ModelsConfigError */
export async function resolveModelName(
  path: string,
  settings: ResolvedModel,
  optimizerName?: string,
  lists: ModelLists = new Map(),
): Promise<ResolvedModel> {
  return isUnnamed(settings) ? { ...settings, model: await findName(path, settings, optimizerName, lists) } : settings;
}

/** The only name that an endpoint lists. If it lists several, or does not say, the optimizer's may be among them. */
async function findName(
  path: string,
  settings: ResolvedModel,
  optimizerName: string | undefined,
  lists: ModelLists,
): Promise<string> {
  const missing = listMissingKeys(path, settings, process.env);
  if (missing.length) throw new ModelsConfigError(missing);
  const endpoint = resolveEndpoint(settings, process.env);
  const list = lists.get(endpoint.baseUrl) ?? listModels(endpoint);
  lists.set(endpoint.baseUrl, list);
  const names = await list;
  if (names?.length === 1 && names[0] !== undefined) return names[0];
  const mayBeOptimizer = names === null || (optimizerName !== undefined && isListed(optimizerName, names));
  if (optimizerName !== undefined && mayBeOptimizer) return optimizerName;
  const found = names === null ? 'which does not list its models' : describeNames(names);
  const message = `expected the name of a model at ${endpoint.baseUrl}, ${found}; name one as model`;
  throw new ModelsConfigError([{ path: `${path}.model`, message }]);
}

function describeNames(names: readonly string[]): string {
  if (names.length === 0) return 'which lists none';
  const more = names.length > MAX_NAMES_SHOWN ? ` and ${names.length - MAX_NAMES_SHOWN} more` : '';
  return `which lists several: ${names.slice(0, MAX_NAMES_SHOWN).join(', ')}${more}`;
}

/** The models of the run that a folder holds; undefined if it holds none. */
function readConfigModels(folder: string): unknown {
  const file = join(folder, 'config.json');
  try {
    return existsSync(file) ? Reflect.get(Object(JSON.parse(readFileSync(file, 'utf8'))), 'models') : undefined;
  } catch {
    return undefined;
  }
}
