import { Option, type Command } from 'commander';
import { CONFIG_NAMES, findConfig } from '../run/config/findConfig.ts';
import type { ConfigSources } from '../run/config/readRawConfig.ts';
import { UserError } from '../run/config/userError.ts';
import type { Screen } from '../run/progress.ts';
import { LANGUAGE_ROLES, type LanguageRole } from '../models/roles.ts';

/** The flags that decide a config. */
export type ConfigFlags = { config?: string | false; set: string[] } & Partial<Record<LanguageRole, string>>;

/** The flags that decide what is printed. */
export interface OutputFlags {
  json: boolean;
  quiet: boolean;
}

/** The flags of a command that runs models. */
export type RunFlags = ConfigFlags & OutputFlags & { out?: string; fresh: boolean };

/** Adds the flags that decide a config. */
export function withConfigFlags(command: Command): Command {
  command.option('--config <file>', 'the config, JSON or YAML (default: the defaults of the preset)');
  withSetFlag(command, 'a config key, such as search.beamWidth=3; may be repeated');
  for (const role of LANGUAGE_ROLES) {
    const inherited = role === 'optimizer' ? '' : ' (default: the optimizer’s)';
    command.option(`--${role} <model>`, `the model for the role ${role}: MODEL[@BASEURL], or "simulated"${inherited}`);
  }
  return command;
}

/** Adds the flag of a command that finds a config by itself (`findOwnConfig`). */
export const withOwnConfigFlag = (command: Command): Command =>
  command.option(
    '--no-config',
    `take no config that --config does not name (else: ${CONFIG_NAMES.join(', ')} of this folder)`,
  );

/** The flags with the config of this folder, if they name none. @throws UserError if the folder has several */
export const findOwnConfig = <F extends ConfigFlags>(flags: F): F => ({
  ...flags,
  config: flags.config ?? findConfig(process.cwd()),
});

/** Adds `--set KEY=VALUE`, which may be repeated. */
export const withSetFlag = (command: Command, description: string): Command =>
  command.addOption(
    new Option('--set <key=value>', description)
      .argParser((value: string, values: string[]) => [...values, value])
      .default([], 'none'),
  );

/** Adds the flags that decide what is printed. `shown`: what a person sees without `--quiet`. */
export const withOutputFlags = (command: Command, shown: string): Command =>
  command
    .option('--json', 'print the outcome as one JSON object, as the last line on stdout', false)
    .option('--quiet', `print no ${shown}`, false);

/** Adds the flags of a command that runs models. */
export const withRunFlags = (command: Command): Command =>
  withOutputFlags(
    withConfigFlags(command)
      .option(
        '--out <dir>',
        'the folder for results and answers (default: runs/ and a name that depends on the config)',
      )
      .option('--fresh', 'start again; the files of an earlier run are moved aside', false),
    'progress and no summary',
  );

/** The sources of a command's config. */
export const toConfigSources = ({ config, set, ...flags }: ConfigFlags): ConfigSources => ({
  file: config === false ? undefined : config,
  set,
  roles: Object.fromEntries(LANGUAGE_ROLES.map((role) => [role, flags[role]])),
});

/** Where progress is shown; null with `--quiet`. */
export const chooseScreen = ({ quiet }: OutputFlags): Screen | null => (quiet ? null : process.stderr);

/** Makes a parser for a flag that takes a whole number, `least` or more. @throws UserError for anything else */
export function createWholeNumberParser(flag: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= least) return value;
    throw new UserError(`--${flag}: expected a whole number of at least ${least}, got ${JSON.stringify(text)}`);
  };
}

/** Makes a parser for a flag that takes a number from 0 to `most`. @throws UserError for anything else */
export function createNumberParser(flag: string, most = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= 0 && value <= most) return value;
    throw new UserError(`--${flag}: expected a number from 0${most < Infinity ? ` to ${most}` : ''}, got ${text}`);
  };
}

/** `--watch [PORT]`: a live page of the run; without a port on a free one. */
export const createWatchOption = (): Option =>
  new Option('--watch [port]', 'show the run on a live page of this machine (default: a free port)')
    .argParser(createWholeNumberParser('watch', 0))
    .preset('0');

/** `--batch [ROLES]`: requests go in batches of the provider. */
export const createBatchOption = (): Option =>
  new Option(
    '--batch [roles]',
    'ask in batches of the provider, which cost less and take up to a day; roles: base,judge (default: all that are asked)',
  );
