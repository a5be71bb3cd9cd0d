import { loadConfig, type Config } from '../../run/config/loadConfig.ts';
import type { ConfigSources } from '../../run/config/readRawConfig.ts';
import { RunFolder } from '../../run/runFolder.ts';
import type { Operand } from './operands.ts';

/** The config of a comparison: the one that is named, else that of the first run among the operands, else `own`. @throws UserError */
export function loadComparisonConfig(
  sources: ConfigSources,
  operands: readonly Operand[],
  own: () => string | undefined,
): Config {
  if (sources.file !== undefined) return loadConfig(sources);
  const run = operands.find(({ kind }) => kind === 'run');
  if (run === undefined) return loadConfig({ ...sources, file: own() });
  const folder = RunFolder.openExisting(run.path);
  folder.readJson('config.json'); // refused if it is damaged
  return loadConfig({ ...sources, file: folder.file('config.json') });
}
