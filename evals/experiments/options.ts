import { Option, type Command } from 'commander';
import { join } from 'node:path';
import { loadConfig, type Config } from '../../run/config/loadConfig.ts';
import type { MethodName } from '../justEval/methods.ts';
import { UserError } from '../../run/config/userError.ts';

/** The flags that decide a config, as every command that runs models has them. */
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

/** The flags of `evaluate`. */
export interface EvaluateFlags extends ConfigFlags {
  judged?: string[];
  method?: MethodName;
  run?: string;
  instructions?: string;
  lite?: string;
  limit?: number;
  urial?: string;
  /** Whether the judges are tried for bias, and on the answers to how many instructions. */
  bias?: true | number;
}

/** The flags of `experiment`. */
export interface ExperimentFlags extends ConfigFlags {
  instructions?: string;
  lite?: string;
  limit?: number;
  bases?: string;
  seeds?: number;
  /** A LangGraph server where the rows are searched. */
  remote?: string;
  landscapes?: number;
  published: boolean;
}

const appendValue = (value: string, all: string[]): string[] => [...all, value];

/** Adds the common flags (contract, "Commands"). */
export function withConfigFlags(command: Command): Command {
  const model = (role: string): Option =>
    new Option(`--${role} <model>`, `who plays ${role}: MODEL[@BASEURL], or "simulated"`);
  return command
    .option('--config <file>', 'config, JSON or YAML')
    .option('--out <dir>', 'the folder for results and answered calls (default: in runs/, a name of its own)')
    .option('--set <key=value>', 'set a config key, such as models.base.model=terse (repeatable)', appendValue, [])
    .option('--fresh', 'begin anew; former files are moved aside', false)
    .option('--json', 'the outcome as one JSON object on stdout, last line', false)
    .option('--quiet', 'no progress, no tables', false)
    .addOption(model('base'))
    .addOption(model('reward'))
    .addOption(model('judge'))
    .addOption(model('optimizer'));
}

/** The config of the flags; `file` stands in where none is named. */
export const loadFlagConfig = (flags: ConfigFlags, file?: string, set: readonly string[] = []): Config =>
  loadConfig({
    file: flags.config ?? file,
    set: [...flags.set, ...set],
    roles: { optimizer: flags.optimizer, base: flags.base, reward: flags.reward, judge: flags.judge },
  });

/** A whole number from a flag. @throws UserError */
export function createWholeNumberParser(flag: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= least) return value;
    throw new UserError(`--${flag}: expected a whole number of at least ${least}, got ${JSON.stringify(text)}`);
  };
}

/** The config file in a run's folder. */
export const toConfigPath = (run: string): string => join(run, 'config.json');
