import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { addPackageFolder } from '../../models/langchain/chatModelPackages.ts';
import { isProviderName } from '../../models/providers.ts';
import { BUDGETED_ROLES } from '../../models/roles.ts';
import { describeIssues } from './describeIssues.ts';
import { UserError } from './userError.ts';
import { applyFinalPreset } from './presets.ts';
import { Config, ConfigInput } from './configSchema.ts';
import { fitOptimizerLimit } from './fitOptimizerLimit.ts';
import { readTextFile } from './readTextFile.ts';
import { applyPrices } from './prices.ts';
import { findDataFaults } from './dataDefaults.ts';
import { findRewardFaults } from './rewardFaults.ts';
import { findSearchFaults } from './searchFaults.ts';
import { listCheckModules, resolveCheckModules } from './checkModules.ts';
import { readRawConfig, type ConfigSources } from './readRawConfig.ts';

export { Config, ConfigInput } from './configSchema.ts';

/** Reads, checks and completes a config. @throws UserError with a line for each fault */
export function loadConfig(sources: ConfigSources): Config {
  const raw = readRawConfig(sources);
  const parsed = Config.safeParse(raw);
  if (!parsed.success) throw new UserError(describeIssues(parsed.error, ConfigInput, raw, 'config'));
  const faults = [
    ...findDataFaults({ ...parsed.data, final: applyFinalPreset(parsed.data) }),
    ...findRewardFaults(parsed.data),
    ...findSearchFaults(parsed.data),
  ];
  if (faults.length > 0) throw new UserError(faults);
  const folder = sources.file === undefined ? process.cwd() : dirname(resolve(sources.file));
  addPackageFolder(folder);
  return applyPrices(resolvePaths(fitOptimizerLimit(parsed.data, raw), folder), process.env);
}

/** Makes the paths of a config absolute. They are relative to the config's folder. @throws UserError if a file is missing */
function resolvePaths(config: Config, folder: string): Config {
  const files = config.queries.files.map((f) => resolve(folder, f));
  const heldOut = config.queries.heldOut?.map((f) => resolve(folder, f));
  const file = config.examples.file === undefined ? undefined : resolve(folder, config.examples.file);
  const nodes = config.nodes === undefined ? undefined : resolve(folder, config.nodes);
  const prices = config.prices === undefined ? undefined : resolve(folder, config.prices);
  const checks = resolveCheckModules(config.rewards.checks, folder);
  const instructions = config.judge.instructions && {
    ...config.judge.instructions,
    file: resolve(folder, config.judge.instructions.file),
  };
  const missing = [
    ...files.map((path, i) => [`queries.files.${i}`, path] as const),
    ...(heldOut ?? []).map((path, i) => [`queries.heldOut.${i}`, path] as const),
    ...(file === undefined ? [] : [['examples.file', file] as const]),
    ...(nodes === undefined ? [] : [['nodes', nodes] as const]),
    ...(prices === undefined ? [] : [['prices', prices] as const]),
    ...(instructions && instructions.text === undefined ? [['judge.instructions', instructions.file] as const] : []),
    ...listCheckModules(checks).map((path) => ['rewards.checks', path] as const),
  ].filter(([, path]) => !existsSync(path));
  if (missing.length)
    throw new UserError(
      missing.map(
        ([key, path]) =>
          `${key}: expected a file, got ${path} (no such file); paths are relative to the config's folder`,
      ),
    );
  return {
    ...config,
    final: applyFinalPreset(config),
    queries: { ...config.queries, files, ...(heldOut && { heldOut }) },
    rewards: { ...config.rewards, checks },
    examples: { ...config.examples, ...(file !== undefined && { file }) },
    judge: { ...config.judge, ...(instructions && { instructions: readInstructions(instructions) }) },
    ...(nodes !== undefined && { nodes }),
    ...(prices !== undefined && { prices }),
  };
}

/** The judge's instructions with their text, which stays the run's if the file changes. @throws UserError if there is none */
function readInstructions({ file, text }: { file: string; text?: string }): { file: string; text: string } {
  const read = (text ?? readTextFile(file, 'judge.instructions')).replace(/^\uFEFF/, '').trim();
  if (read === '') throw new UserError(`judge.instructions: expected a file with a text, got ${file}, which is empty`);
  return { file, text: read };
}

/** Lists the models without a price if there is a budget in USD, which cannot count their calls. */
export function listUnpricedModels({ budget, models, judge }: Config): string[] {
  if (budget.usd === null) return [];
  const named = BUDGETED_ROLES.flatMap((role) => {
    const model = models[role];
    return model ? [[`models.${role}`, model] as const] : [];
  });
  return [...named, ...judge.panel.map((m, i) => [`judge.panel.${i}`, m] as const)].flatMap(([path, m]) =>
    (m.provider === 'openai' || isProviderName(m.provider)) && m.price === undefined ? [path] : [],
  );
}
