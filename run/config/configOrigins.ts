import { BUDGETED_ROLES } from '../../models/roles.ts';
import { loadConfig, type Config } from './loadConfig.ts';
import { parseModel } from './parseModel.ts';
import { parseShortForm, parseSetting, readRawConfig, type ConfigSources } from './readRawConfig.ts';

/** Where a value of a resolved config comes from. */
export type ConfigOrigin = 'default' | 'preset' | 'file' | 'set' | 'flag';

/** A value of a resolved config. `inherited`: the key whose value it takes. */
export interface ConfigValue {
  path: string;
  value: unknown;
  origin: ConfigOrigin;
  inherited?: string;
}

/** Lists the values of a resolved config with the place that each comes from. A list is one value. */
export function listConfigValues(config: Config, sources: ConfigSources): ConfigValue[] {
  const written = collectOrigins(sources);
  const presetPaths = listPresetPaths();
  return listLeaves(config).map(({ path, value }) => {
    const own = findOrigin(written, path);
    if (own !== undefined) return { path, value, origin: own };
    const source = isEmpty(value) ? undefined : findInheritedPath(written, path);
    const origin = source === undefined ? undefined : findOrigin(written, source);
    if (source !== undefined && origin !== undefined) return { path, value, origin, inherited: source };
    return { path, value, origin: presetPaths.some((preset) => isInside(path, preset)) ? 'preset' : 'default' };
  });
}

/** The places that set the keys of a config as it is written. A later place replaces an earlier one. */
function collectOrigins({ file, set = [], roles = {} }: ConfigSources): Map<string, ConfigOrigin> {
  const origins = new Map<string, ConfigOrigin>();
  const assign = (path: string, value: unknown, origin: ConfigOrigin): void => {
    for (const known of origins.keys()) if (isInside(known, path)) origins.delete(known);
    for (const leaf of listLeaves(value, path)) origins.set(leaf.path, origin);
  };
  if (file !== undefined) assign('', readRawConfig({ file }), 'file');
  for (const [role, text] of Object.entries(roles))
    if (text !== undefined) assign(`models.${role}`, parseModel(text), 'flag');
  for (const { path, value } of set.map(parseSetting)) assign(path.join('.'), value, 'set');
  return origins;
}

/** The origin of a path: its own, that of a value it is part of (`guards: true`), or that of a part of it (an item of a list). */
function findOrigin(origins: ReadonlyMap<string, ConfigOrigin>, path: string): ConfigOrigin | undefined {
  const near = [...origins].filter(([known]) => isInside(path, known) || isInside(known, path));
  return near.at(-1)?.[1];
}

/** The path from which a value is taken that is not written itself: a role's model is the optimizer's. */
function findInheritedPath(origins: ReadonlyMap<string, ConfigOrigin>, path: string): string | undefined {
  if (path === 'mustKeep') return 'initialPrompt';
  const [, role, key = ''] = /^models\.(\w+)\.(.+)$/.exec(path) ?? [];
  if (!BUDGETED_ROLES.some((one) => one === role && one !== 'optimizer') || /^(temperature|topP)$/.test(key))
    return undefined;
  const hasModel = ['model', 'provider', 'baseUrl'].some((own) => origins.has(`models.${role}.${own}`));
  return hasModel ? undefined : `models.optimizer.${key}`;
}

/** The paths whose value depends on the preset. */
function listPresetPaths(): string[] {
  const load = (preset: string): Map<string, string> => {
    const config = loadConfig({ values: { preset, models: { optimizer: { model: 'm' } } } });
    return new Map(listLeaves(config).map(({ path, value }) => [path, JSON.stringify(value)]));
  };
  const [usual, reference] = [load('default'), load('reference')];
  return [...new Set([...usual.keys(), ...reference.keys()])].filter(
    (path) => path !== 'preset' && usual.get(path) !== reference.get(path),
  );
}

const isEmpty = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

const isInside = (path: string, other: string): boolean =>
  other === '' || path === other || path.startsWith(`${other}.`);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The values of an object by their paths, down to lists and texts. A text that is short for a model or strategy is that. */
function listLeaves(value: unknown, path = ''): { path: string; value: unknown }[] {
  const whole =
    typeof value === 'string' && /^models\.\w+$|^search\.strategy$/.test(path) ? expandAt(path, value) : value;
  if (!isRecord(whole)) return path === '' ? [] : [{ path, value: whole }];
  return Object.entries(whole).flatMap(([key, inner]) => listLeaves(inner, path === '' ? key : `${path}.${key}`));
}

const expandAt = (path: string, text: string): Record<string, unknown> =>
  path === 'models.embeddings' ? { provider: text } : parseShortForm(path.split('.').at(-1) ?? '', text);
