import type { Config } from '../../run/config/loadConfig.ts';
import { parseModel } from '../../run/config/parseModel.ts';
import { describeModel, formatModelName } from '../../run/describeModel.ts';

/** A base model of a table: its name there, and the config keys that select it. */
export interface TableBase {
  name: string;
  set: Record<string, unknown>;
}

/** The base model of the config, for a table that needs one. */
export const CONFIG_BASE: TableBase = { name: 'base', set: {} };

/** The base models of the embedded simulation. */
const SIMULATED_BASE_NAMES = ['terse', 'rambling'];

/**
 * Lists the base models of a table: those in `names` (MODEL[@BASEURL], separated by commas), else both simulated ones if the
 * config's base model is simulated, else the config's base model.
 */
export function listTableBases({ models: { base } }: Config, names: string | undefined): TableBase[] {
  const isSimulated = base.provider === 'simulated';
  if (names === undefined && (!isSimulated || base.model !== undefined))
    return [{ name: formatModelName(describeModel(base)), set: {} }];
  const list = names?.split(',').map((name) => name.trim()) ?? SIMULATED_BASE_NAMES;
  return list.filter(Boolean).map(isSimulated ? createSimulatedBase : createRealBase);
}

const createSimulatedBase = (name: string): TableBase => ({
  name: `simulated-${name}`,
  set: { 'models.base.provider': 'simulated', 'models.base.model': name },
});

function createRealBase(text: string): TableBase {
  const settings = parseModel(text);
  const set = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`models.base.${key}`, value]));
  return { name: 'model' in settings ? settings.model : text, set };
}
