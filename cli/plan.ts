import { Option, type Command } from 'commander';
import { planRun } from '../forecast/planRun.ts';
import { renderPlan } from '../forecast/renderPlan.ts';
import { loadConfig, type Config } from '../run/config/loadConfig.ts';
import { readRunConfig } from '../run/loadArtifact.ts';
import { printOutcome } from './printOutcome.ts';
import {
  createNumberParser,
  findOwnConfig,
  toConfigSources,
  withConfigFlags,
  withOwnConfigFlag,
  withOutputFlags,
  type ConfigFlags,
  type OutputFlags,
} from './runFlags.ts';

type PlanFlags = ConfigFlags & OutputFlags & { run?: string; latency?: number; kept?: number };

/** Adds `plan`: what a run would take. */
export function addPlanCommand(root: Command): void {
  const command = withOwnConfigFlag(withConfigFlags(root.command('plan')))
    .description('forecasts the calls, tokens, steps, cost and time of optimize; contacts no model')
    .option('--run <dir>', 'a finished run, whose forecast is shown beside what it took')
    .option('--latency <seconds>', 'the seconds that a call takes', createNumberParser('latency'))
    .option(
      '--kept <share>',
      'the share of queries on which a rewritten prompt is kept, 0 to 1',
      createNumberParser('kept', 1),
    )
    // a command line of optimize can be planned as it is
    .addOption(new Option('--out <dir>').hideHelp())
    .addOption(new Option('--fresh').hideHelp());
  withOutputFlags(command, 'table')
    .addHelpText('after', '\nExample: drpo plan --optimizer gpt-6-luna --set search.depth=10')
    .action(async (flags: PlanFlags) => {
      const { run, latency, kept: keptShare } = flags;
      const config = loadPlanConfig(flags);
      const plan = await planRun(config, {
        run,
        ...(latency !== undefined && { latency }),
        ...(keptShare !== undefined && { keptShare }),
      });
      printOutcome(flags, renderPlan(plan, config.concurrency), JSON.parse(JSON.stringify(plan, roundJsonNumber)));
    });
}

/** The config of the flags, or of the run if the flags name none. */
const loadPlanConfig = (flags: PlanFlags): Config =>
  flags.run !== undefined && flags.config === undefined && flags.optimizer === undefined
    ? readRunConfig(flags.run)
    : loadConfig(toConfigSources(findOwnConfig(flags)));

/** The numbers that keep their fractions. */
const FRACTIONAL_KEYS = new Set(['usd', 'seconds', 'keptShare', 'fullMarks', 'taken', 'latency', 'aspects']);
const roundJsonNumber = (key: string, value: unknown): unknown =>
  typeof value === 'number' && !FRACTIONAL_KEYS.has(key) ? Math.round(value) : value;
