import { isDeepStrictEqual } from 'node:util';
import type { ModelsConfig } from '../../models/index.ts';
import { loadConfig, type Config } from '../config/loadConfig.ts';
import { readPath } from '../config/readPath.ts';
import { readRawConfig, type ConfigSources } from '../config/readRawConfig.ts';
import { parseModel } from '../config/parseModel.ts';
import { formatValue, UserError } from '../config/userError.ts';
import type { RemoteServer } from './connectServer.ts';

/**
 * The config of a run on a server: the local config on the server's models.
 * @throws UserError with a line for each key that the server cannot follow
 */
export function createRemoteConfig(
  { about, url }: Pick<RemoteServer, 'about' | 'url'>,
  sources: ConfigSources,
): Config {
  const raw = readRawConfig(sources);
  const faults = [...listModelFaults(raw['models'], about.models, url), ...listUnsupportedKeyFaults(raw, about.judges)];
  if (faults.length) throw new UserError(faults);
  const judge = { 'judge.panel': about.judges, 'judge.reliabilityChecks': 0 };
  return loadConfig({ ...sources, roles: {}, override: { ...sources.override, models: about.models, ...judge } });
}

/** A model that the config names must be the server's. */
function listModelFaults(models: unknown, served: ModelsConfig, url: string): string[] {
  return Object.entries(Object(models)).flatMap(([role, model]: [string, unknown]) => {
    const settings: unknown = typeof model === 'string' ? parseModel(model) : model;
    return Object.entries(Object(settings)).flatMap(([key, got]: [string, unknown]) => {
      const expected: unknown = Reflect.get(Object(Reflect.get(served, role)), key);
      if (isDeepStrictEqual(got, expected)) return [];
      return [
        `models.${role}.${key}: expected ${formatValue(expected)}, as at ${url}, got ${formatValue(got)}; the models are the server's: leave it out, or start the server with a config that has it (DRPO_CONFIG)`,
      ];
    });
  });
}

/** Keys that a server does not follow, unless they have a value that it has too. */
function listUnsupportedKeyFaults(raw: Record<string, unknown>, judges: unknown[]): string[] {
  const unsupported: [key: string, allowed: unknown[], reason: string][] = [
    ['judge.reliabilityChecks', [0], 'the server does not repeat judgements'],
    ['judge.instructions', [], 'the judge is asked as the server’s config says'],
    ['judge.tone', [], 'the judge is asked as the server’s config says'],
    ['judge.method', [], 'the judge is asked as the server’s config says'],
    ['judge.scoring', [], 'the judge is asked as the server’s config says'],
    ['judge.remarks', [], 'the judge is asked as the server’s config says'],
    ['judge.panel', [judges], 'the judges are the server’s'],
    ['nodes', [], 'the nodes are the server’s'],
    ['checkpoints', [], 'the server keeps its own checkpoints'],
    ['tracing', [], 'the server traces as its own environment says'],
  ];
  return unsupported.flatMap(([key, allowed, reason]) => {
    const got = readPath(raw, key);
    if (got === undefined || allowed.some((value) => isDeepStrictEqual(got, value))) return [];
    return [`${key}: expected nothing with --remote, got ${formatValue(got)}; ${reason}`];
  });
}
