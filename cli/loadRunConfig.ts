import { listUnpricedModels, loadConfig, type Config } from '../run/config/loadConfig.ts';
import type { ConfigSources } from '../run/config/readRawConfig.ts';
import { listUnknownPrices } from '../run/config/prices.ts';
import { findOwnConfig, toConfigSources, type ConfigFlags } from './runFlags.ts';

/** Loads the config of the flags, and says once which models have no price: all with a budget in USD, else those of known services. @throws UserError with a line per fault */
export function loadRunConfig(flags: ConfigFlags, override: ConfigSources['override'] = {}): Config {
  const config = loadConfig({ ...toConfigSources(findOwnConfig(flags)), override });
  const [first, ...others] = listUnpricedModels(config);
  if (first !== undefined)
    process.stderr.write(
      `drpo: budget.usd does not count the calls of ${[first, ...others].join(', ')}: expected a price in USD per million tokens, got none; set ${first}.price\n`,
    );
  else {
    const unknown = listUnknownPrices(config, process.env);
    if (unknown.length > 0)
      process.stderr.write(
        `drpo: costs leave out ${unknown.map(([path, name]) => `${path} (${name})`).join(', ')}: expected a model of the table of prices, got another; set ${unknown[0]?.[0]}.price or prices\n`,
      );
  }
  return config;
}
