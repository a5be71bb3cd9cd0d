import { Option, type Command } from 'commander';
import { planRun } from '../forecast/planRun.ts';
import { roundCounts } from '../forecast/roundCounts.ts';
import { probeRun } from '../forecast/probe/probeRun.ts';
import { renderProbe } from '../forecast/probe/renderProbe.ts';
import { renderPlan, type Plan } from '../forecast/renderPlan.ts';
import type { Config } from '../run/config/loadConfig.ts';
import { UserError } from '../run/config/userError.ts';
import { readRunConfig } from '../run/loadArtifact.ts';
import { Progress, toPrintable } from '../run/progress.ts';
import { loadRunConfig } from './loadRunConfig.ts';
import { printOutcome } from './printOutcome.ts';
import {
  chooseScreen,
  createNumberParser,
  withConfigFlags,
  withOwnConfigFlag,
  withOutputFlags,
  type ConfigFlags,
  type OutputFlags,
} from './runFlags.ts';

type PlanFlags = ConfigFlags &
  OutputFlags & { run?: string; latency?: number; kept?: number; probe?: boolean; out?: string; fresh?: boolean };

/** Adds `plan`: what a run would take. */
export function addPlanCommand(root: Command): void {
  const command = withOwnConfigFlag(withConfigFlags(root.command('plan')))
    .description('forecasts the calls, tokens, steps, cost and time of optimize; contacts no model without --probe')
    .option('--run <dir>', 'a finished run, whose forecast is shown beside what it took')
    .option('--latency <seconds>', 'the seconds that a call takes', createNumberParser('latency'))
    .option(
      '--kept <share>',
      'the share of queries on which a rewritten prompt is kept, 0 to 1',
      createNumberParser('kept', 1),
    )
    .option('--probe', 'ask the models about 30 times what a search would gain; optimize uses the answers again')
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
      const rounded = roundCounts(plan);
      if (flags.probe) await printProbe(flags, config, plan, rounded);
      else printOutcome(flags, renderPlan(plan, config.concurrency), rounded);
    });
}

/** Prints the plan, then what a probe found. @throws UserError */
async function printProbe(flags: PlanFlags, config: Config, plan: Plan, rounded: object): Promise<void> {
  if (flags.run !== undefined)
    throw new UserError('--probe: expected a config, got --run, a run that has ended; leave one of them out');
  const screen = chooseScreen(flags);
  screen?.write(`${renderPlan(plan, config.concurrency)}\n\n`);
  const { outcome, exitCode, folder, shortage } = await probeRun(config, {
    out: flags.out,
    fresh: flags.fresh,
    expected: plan.expected,
    announce: (text) => void screen?.write(`${toPrintable(text)}\n`),
    onEvent: new Progress(screen).handle,
  });
  const text = outcome
    ? renderProbe(outcome)
    : (shortage ??
      `The probe was stopped. Its answers so far are kept in ${folder}. The same command continues from there.`);
  printOutcome(flags, text, { ...rounded, probe: outcome, folder }, exitCode);
}

/** The config of the flags, or of the run if the flags name none. */
const loadPlanConfig = (flags: PlanFlags): Config =>
  flags.run !== undefined && flags.config === undefined && flags.optimizer === undefined
    ? readRunConfig(flags.run)
    : loadRunConfig(flags);
