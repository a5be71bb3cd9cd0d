import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { getErrorMessage } from '../../state/failure.ts';
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
    text = readFileSync(file, 'utf8');
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
        ? parseShortForm(key, inner)
        : {};
  target[key] = next;
  assign(next, rest, value);
}

/** The object that a text is short for: a strategy or a role's model. */
export const parseShortForm = (key: string, text: string): Record<string, unknown> =>
  key === 'strategy' ? { name: text } : { ...parseModel(text) };
