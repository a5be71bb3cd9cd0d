import { listUnpricedModels, loadConfig, type Config } from '../run/config/loadConfig.ts';
import type { ConfigSources } from '../run/config/readRawConfig.ts';
import { findOwnConfig, toConfigSources, type ConfigFlags } from './runFlags.ts';

/** Loads the config of the flags, and warns if a budget in USD cannot count all models. @throws UserError with a line per fault */
export function loadRunConfig(flags: ConfigFlags, override: ConfigSources['override'] = {}): Config {
  const config = loadConfig({ ...toConfigSources(findOwnConfig(flags)), override });
  const [first, ...others] = listUnpricedModels(config);
  if (first !== undefined)
    process.stderr.write(
      `drpo: budget.usd does not count the calls of ${[first, ...others].join(', ')}: expected a price in USD per million tokens, got none; set ${first}.price\n`,
    );
  return config;
}
