import type { Config } from '../../run/config/loadConfig.ts';
import { describeModel, formatModelName } from '../../run/describeModel.ts';

/** A base model of a table: its name there, and the config keys that make it the base. */
export interface TableBase {
  name: string;
  set: Record<string, unknown>;
}

/** The base models of the embedded simulation. */
const SIMULATED_BASE_NAMES = ['terse', 'rambling'];

/** The base models a table runs over: those named (MODEL[@BASEURL], commas between), else both simulated ones, else the config's own. */
export function listTableBases(config: Config, named: string | undefined): TableBase[] {
  const { provider, model } = config.models.base;
  const simulated = provider === 'simulated';
  if (named === undefined && (!simulated || model !== undefined))
    return [{ name: formatModelName(describeModel(config.models.base)), set: {} }];
  const list = named?.split(',').map((text) => text.trim()) ?? SIMULATED_BASE_NAMES;
  return list.filter(Boolean).map((text) => (simulated ? createSimulatedBase(text) : createRealBase(text)));
}

const createSimulatedBase = (name: string): TableBase => ({
  name: `simulated-${name}`,
  set: { 'models.base.provider': 'simulated', 'models.base.model': name },
});

function createRealBase(text: string): TableBase {
  const at = text.search(/@https?:/);
  if (at < 0) return { name: text, set: { 'models.base.model': text } };
  return {
    name: text.slice(0, at),
    set: { 'models.base.model': text.slice(0, at), 'models.base.baseUrl': text.slice(at + 1) },
  };
}
