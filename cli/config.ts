import type { Command } from 'commander';
import { listConfigValues, type ConfigValue } from '../run/config/configOrigins.ts';
import { formatValue } from '../run/config/userError.ts';
import { toPrintable } from '../run/progress.ts';
import { loadRunConfig } from './loadRunConfig.ts';
import { printOutcome } from './printOutcome.ts';
import {
  findOwnConfig,
  toConfigSources,
  withConfigFlags,
  withOutputFlags,
  withOwnConfigFlag,
  type ConfigFlags,
  type OutputFlags,
} from './runFlags.ts';

/** Adds `config`: the resolved config and where its values come from. */
export function addConfigCommand(root: Command): void {
  withOutputFlags(withOwnConfigFlag(withConfigFlags(root.command('config'))), 'table')
    .description('prints the resolved config, and the place that each value comes from; contacts no model')
    .addHelpText('after', '\nExample: drpo config --config drpo.yaml --set search.depth=10')
    .action((flags: ConfigFlags & OutputFlags) => {
      const sources = toConfigSources(findOwnConfig(flags));
      const config = loadRunConfig(flags);
      const values = listConfigValues(config, sources);
      const origins = Object.fromEntries(values.map(({ path, origin }) => [path, origin]));
      const text = renderValues(values, sources.file, config.preset);
      printOutcome(flags, toPrintable(text), { file: sources.file ?? null, config, origins });
    });
}

/** The values as lines: key, value, and the place that it comes from. */
function renderValues(values: readonly ConfigValue[], file: string | undefined, preset: string): string {
  const places = { default: 'default', preset: `preset ${preset}`, file: file ?? 'file', set: '--set' };
  const rows = values.map(({ path, value, origin, inherited }) => {
    const flag = `--${(inherited ?? path).split('.')[1]}`;
    const place = origin === 'flag' ? flag : places[origin];
    return [path, formatValue(value), inherited === undefined || origin === 'flag' ? place : `${place}: ${inherited}`];
  });
  const [first, second] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(([path = '', value = '', place = '']) => `${path.padEnd(first ?? 0)}  ${value.padEnd(second ?? 0)}  ${place}`)
    .join('\n');
}
