import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { getErrorMessage } from '../../state/failure.ts';
import { decodeBytes } from './decodeFile.ts';
import { parseModel } from './parseModel.ts';
import { parseYaml } from './parseYaml.ts';
import { formatValue, UserError } from './userError.ts';

/** Where a config comes from. Later fields replace single keys of earlier ones. */
export interface ConfigSources {
  file?: string | undefined;
  /** A config as an object, instead of a file. */
  values?: Readonly<Record<string, unknown>> | undefined;
  /** `key.path=value`. The value is JSON, or else a text. */
  set?: readonly string[];
  /** MODEL[@BASEURL] by role. */
  roles?: Readonly<Record<string, string | undefined>>;
  /** Keys that a command sets itself; `icl`, for example, sets `examples.rewrite`. */
  override?: Record<string, unknown>;
}

/** Reads a config as it is written: neither checked nor completed. @throws UserError if a file or a key path cannot be read */
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
  for (const { path, value } of set.map(parseSetting)) assign(raw, path, value);
  for (const [key, value] of Object.entries(override)) assign(raw, key.split('.'), value);
  return raw;
}

function readConfigFile(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = decodeBytes(readFileSync(file));
  } catch {
    throw new UserError(`--config: expected a readable JSON or YAML file, got ${file}; check the path`);
  }
  try {
    const parsed: unknown = ['.yaml', '.yml'].includes(extname(file)) ? parseYaml(text) : JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
    throw new TypeError(`expected an object, got ${formatValue(parsed)}`);
  } catch (error) {
    throw new UserError(`${file}: not a config: ${getErrorMessage(error).split('\n')[0]}`);
  }
}

/** Whether settings of a command line name a key. @throws UserError if one has another form */
export const hasSetting = (set: readonly string[] | undefined, key: string): boolean =>
  (set ?? []).some((text) => parseSetting(text).path.join('.') === key);

/** Reads `key.path=value`. @throws UserError if it has another form */
export function parseSetting(text: string): { path: string[]; value: unknown } {
  const at = text.indexOf('=');
  if (at < 1) throw new UserError(`--set: expected KEY=VALUE such as search.beamWidth=3, got ${formatValue(text)}`);
  const value = text.slice(at + 1);
  let parsed: unknown = value;
  try {
    parsed = JSON.parse(value);
  } catch {
    // a bare word is a text
  }
  return { path: text.slice(0, at).split('.'), value: parsed };
}

function assign(target: Record<string, unknown>, [key = '', ...rest]: string[], value: unknown): void {
  requireKey(key);
  const hasOwnKeys = [key, ...rest].some((name) => OWN_KEYS.has(name));
  target[key] = rest.length === 0 ? value : setInside(target[key], rest, value, { key, hasOwnKeys });
}

/** Objects whose keys are the user's, so that "0" is a name there. */
const OWN_KEYS = new Set(['extraBody', 'headers', 'query']);

/** What a key holds, with a value set further inside: in an object, in a list or in what a text is short for. */
function setInside(
  held: unknown,
  [inner = '', ...rest]: string[],
  value: unknown,
  { key, hasOwnKeys }: { key: string; hasOwnKeys: boolean },
): unknown {
  requireKey(inner);
  if (Array.isArray(held) || (held === undefined && inner === '0' && !hasOwnKeys)) {
    const list: unknown[] = [...(Array.isArray(held) ? held : [])];
    const place = /^\d+$/.test(inner) ? Number(inner) : Infinity;
    if (place > list.length)
      throw new UserError(`--set: ${key}: expected a place in the list from 0 to ${list.length}, got ${inner}`);
    list[place] = rest.length === 0 ? value : setInside(list[place], rest, value, { key, hasOwnKeys });
    return list;
  }
  const object: Record<string, unknown> =
    typeof held === 'object' && held !== null ? { ...held } : typeof held === 'string' ? parseShortForm(key, held) : {};
  object[inner] = rest.length === 0 ? value : setInside(object[inner], rest, value, { key: inner, hasOwnKeys });
  return object;
}

function requireKey(key: string): void {
  if (['__proto__', 'constructor', 'prototype'].includes(key))
    throw new UserError(`--set: expected a config key, got ${key}`);
}

/** The object that a text is short for: a strategy, a criterion or a model. @throws UserError if it looks like a broken object */
export function parseShortForm(key: string, text: string): Record<string, unknown> {
  if (text.startsWith('{'))
    throw new UserError(`--set: ${key}: expected JSON, with names in double quotes, got ${formatValue(text)}`);
  return ['strategy', 'criteria'].includes(key) ? { name: text } : { ...parseModel(text) };
}
