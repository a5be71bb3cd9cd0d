import { Option, type Command } from 'commander';
import type { ConfigSources } from '../run/config/loadConfig.ts';
import { UserError } from '../run/config/userError.ts';

/** The flags that decide a config and its folder, as every command that runs models has them. */
export interface ConfigFlags {
  config?: string;
  out?: string;
  json: boolean;
  quiet: boolean;
  fresh: boolean;
  set: string[];
  base?: string;
  reward?: string;
  judge?: string;
  optimizer?: string;
}

const appendValue = (value: string, values: string[]): string[] => [...values, value];

/** Adds the flags that every command that runs models has. */
export function withConfigFlags(command: Command): Command {
  const model = (role: string): Option =>
    new Option(`--${role} <model>`, `the model for the role ${role}: MODEL[@BASEURL], or "simulated"`);
  return command
    .option('--config <file>', 'config, JSON or YAML')
    .option('--out <dir>', 'the folder for results and answers (default: runs/ and a name that depends on the config)')
    .option('--set <key=value>', 'set a config key, such as models.base.model=terse (repeatable)', appendValue, [])
    .option('--fresh', 'start again; the files of an earlier run are moved aside', false)
    .option('--json', 'print the outcome as one JSON object, as the last line on stdout', false)
    .option('--quiet', 'show no progress and no tables', false)
    .addOption(model('base'))
    .addOption(model('reward'))
    .addOption(model('judge'))
    .addOption(model('optimizer'));
}

/** The sources of a command's config. */
export const toConfigSources = ({ config, set, base, reward, judge, optimizer }: ConfigFlags): ConfigSources => ({
  file: config,
  set,
  roles: { optimizer, base, reward, judge },
});

/** Makes a parser for a flag that takes a whole number, `least` or more. @throws UserError for anything else */
export function createWholeNumberParser(flag: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= least) return value;
    throw new UserError(`--${flag}: expected a whole number of at least ${least}, got ${JSON.stringify(text)}`);
  };
}
