import { isDeepStrictEqual } from 'node:util';
import type { ModelsConfig } from '../../models/index.ts';
import { loadConfig, type Config } from '../config/loadConfig.ts';
import { readRawConfig, type ConfigSources } from '../config/readRawConfig.ts';
import { parseModel } from '../config/parseModel.ts';
import { formatValue, UserError } from '../config/userError.ts';
import type { RemoteServer } from './connectServer.ts';

/**
 * The config of a run on a server: what is given here, on the models that play there. @throws UserError naming every key
 * that is given here and cannot be honoured there
 */
export function createRemoteConfig({ about, url }: Pick<RemoteServer, 'about' | 'url'>, given: ConfigSources): Config {
  const raw = readRawConfig(given);
  const faults = [...listModelFaults(raw['models'], about.models, url), ...listUnsupportedKeyFaults(raw, about.judges)];
  if (faults.length) throw new UserError(faults);
  const judge = { 'judge.panel': about.judges, 'judge.reliabilityChecks': 0 };
  return loadConfig({ ...given, roles: {}, override: { ...given.override, models: about.models, ...judge } });
}

/** What is said of models here must be so there. */
function listModelFaults(named: unknown, there: ModelsConfig, url: string): string[] {
  return Object.entries(Object(named)).flatMap(([role, said]: [string, unknown]) => {
    const settings: unknown = typeof said === 'string' ? parseModel(said) : said;
    return Object.entries(Object(settings)).flatMap(([key, got]: [string, unknown]) => {
      const expected: unknown = Reflect.get(Object(Reflect.get(there, role)), key);
      if (isDeepStrictEqual(got, expected)) return [];
      return [
        `models.${role}.${key}: expected ${formatValue(expected)}, as at ${url}, got ${formatValue(got)}; the models are the server's: leave it out, or start the server with a config that has it (DRPO_CONFIG)`,
      ];
    });
  });
}

function listUnsupportedKeyFaults(raw: Record<string, unknown>, judges: unknown[]): string[] {
  const at = (...path: string[]): unknown =>
    path.reduce<unknown>((value, part) => Reflect.get(Object(value), part), raw);
  const retest = at('judge', 'reliabilityChecks');
  const further = at('judge', 'panel');
  const refused = (key: string, got: unknown, why: string): string =>
    `${key}: expected nothing with --remote, got ${formatValue(got)}; ${why}`;
  return [
    ...(retest === undefined || retest === 0
      ? []
      : [refused('judge.reliabilityChecks', retest, 'the judge is not tried against itself there')]),
    ...(further === undefined || isDeepStrictEqual(further, judges)
      ? []
      : [refused('judge.panel', further, 'the judges are the server’s')]),
    ...(at('checkpoints') === undefined
      ? []
      : [refused('checkpoints', at('checkpoints'), 'the server keeps its own checkpoints')]),
    ...(at('tracing') === undefined
      ? []
      : [refused('tracing', at('tracing'), 'the server traces as its own environment says')]),
  ];
}
