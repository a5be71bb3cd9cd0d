import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { LANGUAGE_ROLES } from '../../models/roles.ts';
import { describeIssues } from './describeIssues.ts';
import { formatValue, UserError } from './userError.ts';
import { resolveFinal } from './presets.ts';
import { Config, ConfigInput, resolveDataPath } from './schema.ts';
import { parseModel } from './parseModel.ts';
import { parseYaml } from './parseYaml.ts';
import { getErrorMessage } from '../../state/failure.ts';

export { Config, ConfigInput } from './schema.ts';

/** What may differ when an unfinished run goes on: how it is run, not what it computes. */
const CHANGEABLE_KEYS = new Set([
  'budget',
  'checkpoints',
  'concurrency',
  'tracing',
  'timeoutSeconds',
  'maxRetries',
  'price',
  'maxMissingShare',
]);

/** Settings given on the command line, over those of the file. */
export interface ConfigSources {
  file?: string | undefined;
  /** A config as an object, in the place of a file. */
  values?: Readonly<Record<string, unknown>> | undefined;
  /** `key.path=value`, the value as JSON or else as a string. */
  set?: readonly string[];
  /** `role → MODEL[@BASEURL]`. */
  roles?: Readonly<Record<string, string | undefined>>;
  /** Keys this command overrides (`icl` rewrites examples, for one). */
  override?: Record<string, unknown>;
}

/** Reads, completes and checks a config. @throws UserError listing every fault with its path */
export function loadConfig(given: ConfigSources): Config {
  const raw = readRawConfig(given);
  const parsed = Config.safeParse(raw);
  if (!parsed.success) throw new UserError(describeIssues(parsed.error, ConfigInput, raw, 'config'));
  return resolvePaths(parsed.data, given.file === undefined ? process.cwd() : dirname(resolve(given.file)));
}

/** What was given, as it was given: neither checked nor completed. */
export function readRawConfig({
  file,
  values = {},
  set = [],
  roles = {},
  override = {},
}: ConfigSources): Record<string, unknown> {
  const raw = file === undefined ? { ...values } : readConfigFile(file);
  for (const [role, text] of Object.entries(roles))
    if (text !== undefined) assign(raw, ['models', role], parseModel(text));
  for (const text of set) setKey(raw, text);
  for (const [key, value] of Object.entries(override)) assign(raw, key.split('.'), value);
  return raw;
}

function readConfigFile(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UserError(`--config: expected a readable JSON or YAML file, got ${file}`);
  }
  try {
    const parsed: unknown = ['.yaml', '.yml'].includes(extname(file)) ? parseYaml(text) : JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
    throw new TypeError(`an object was expected, got ${formatValue(parsed)}`);
  } catch (error) {
    throw new UserError(`${file}: not a config: ${getErrorMessage(error).split('\n')[0]}`);
  }
}

function setKey(raw: Record<string, unknown>, text: string): void {
  const at = text.indexOf('=');
  if (at < 1) throw new UserError(`--set: expected KEY=VALUE such as search.beamWidth=3, got ${formatValue(text)}`);
  const value = text.slice(at + 1);
  let parsed: unknown = value;
  try {
    parsed = JSON.parse(value);
  } catch {
    // a bare word is a string
  }
  assign(raw, text.slice(0, at).split('.'), parsed);
}

function assign(target: Record<string, unknown>, [key = '', ...rest]: string[], value: unknown): void {
  if (['__proto__', 'constructor', 'prototype'].includes(key))
    throw new UserError(`--set: expected a config key, got ${key}`);
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = target[key];
  const next: Record<string, unknown> =
    typeof inner === 'object' && inner !== null
      ? { ...inner }
      : typeof inner === 'string'
        ? expandText(key, inner)
        : {};
  target[key] = next;
  assign(next, rest, value);
}

/** The object that a text stands for, if a further key is set in it: a strategy or a role's model. */
const expandText = (key: string, text: string): Record<string, unknown> =>
  key === 'strategy' ? { name: text } : { ...parseModel(text) };

/** Paths made absolute, relative to the config's folder; the files must be there. */
function resolvePaths(config: Config, folder: string): Config {
  const files = config.queries.files.map((f) => resolve(folder, f));
  const file =
    config.examples.file === undefined
      ? resolveDataPath(config.examples.rewrite ? 'examples.json' : 'examples-refined.json')
      : resolve(folder, config.examples.file);
  const nodes = config.nodes === undefined ? undefined : resolve(folder, config.nodes);
  const missing = [
    ...files.map((path, i) => [`queries.files.${i}`, path] as const),
    ['examples.file', file] as const,
    ...(nodes === undefined ? [] : [['nodes', nodes] as const]),
  ].filter(([, path]) => !existsSync(path));
  if (missing.length)
    throw new UserError(
      missing.map(
        ([key, path]) =>
          `${key}: expected a file, got ${path} (no such file); paths are relative to the config's folder`,
      ),
    );
  return {
    ...config,
    final: resolveFinal(config),
    queries: { ...config.queries, files },
    examples: { ...config.examples, file },
    ...(nodes !== undefined && { nodes }),
  };
}

/** The keys in which two configs differ, but for those that may. */
export function listChangedKeys(a: unknown, b: unknown, path = ''): string[] {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b) ? [] : [path];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !CHANGEABLE_KEYS.has(key));
  return keys.flatMap((key) =>
    listChangedKeys(Reflect.get(a, key), Reflect.get(b, key), path ? `${path}.${key}` : key),
  );
}

/** Models whose calls a budget in USD cannot count, for want of a price. */
export function listUnpricedModels({ budget, models, judge }: Config): string[] {
  if (budget.usd === null) return [];
  const named = LANGUAGE_ROLES.map((role) => [`models.${role}`, models[role]] as const);
  return [...named, ...judge.panel.map((m, i) => [`judge.panel.${i}`, m] as const)].flatMap(([path, m]) =>
    m.provider === 'openai' && m.price === undefined ? [path] : [],
  );
}
