import { Gateway } from '../models/index.ts';
import type { Config } from './config/loadConfig.ts';
import { createRunParts, type Replacements } from './createRunParts.ts';
import { importNodeOverrides, type NodeOverrideFactory } from './nodeOverrides.ts';

/**
 * Makes a config's models and nodes once, before anything is written: what is missing, such as a key, leaves no folder behind.
 * Returns the nodes that replace the paper's. @throws ModelsConfigError, UserError
 */
export async function checkRunParts(
  config: Config,
  replacements: Replacements = {},
): Promise<NodeOverrideFactory | undefined> {
  const own = config.nodes === undefined ? undefined : await importNodeOverrides(config.nodes);
  const nodes = replacements.nodes ?? own;
  createRunParts(config, new Gateway(), { ...replacements, nodes }).createNodes();
  return nodes;
}
