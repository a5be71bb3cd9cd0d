import type { Command } from 'commander';
import type { OptimizeEvent } from '../run/events.ts';
import { Progress } from '../run/progress.ts';
import { proveRun, type ProveOptions } from '../run/prove/proveRun.ts';
import { printOutcome } from './printOutcome.ts';
import { chooseScreen, createWholeNumberParser, withOutputFlags, withSetFlag, type OutputFlags } from './runFlags.ts';
import { renderVerdictText } from './summary.ts';

/** Adds `prove`: the proof of a run, continued with more fresh queries. */
export function addProveCommand(root: Command): void {
  const command = root
    .command('prove')
    .description('continues the proof of a run with more fresh queries, until it is settled')
    .requiredOption('--run <dir>', 'the run’s folder; its answers count, its verdict and page are updated')
    .option(
      '--queries <file>',
      'a file of queries that the run has not asked (default: those of its own that are left)',
    )
    .option('--judge <model>', 'who judges: MODEL[@BASEURL] or "simulated" (default: the run’s judge)')
    .option(
      '--max <n>',
      'fresh queries of the proof at most, those of the run included (default: final.proof.maxQueries, 40)',
      createWholeNumberParser('max', 2),
    );
  withSetFlag(
    command,
    'a setting that may differ from the run’s, such as budget.calls=900; the run’s calls count in it; may be repeated',
  );
  withOutputFlags(command, 'progress and no verdict')
    .addHelpText('after', '\nExample: drpo prove --run runs/mine --queries more.jsonl --max 60')
    .action(async ({ json, quiet, ...options }: Omit<ProveOptions, 'onEvent'> & OutputFlags) => {
      const screen = chooseScreen({ json, quiet });
      const { handle } = new Progress(screen);
      let wasAsked = false;
      const onEvent = (event: OptimizeEvent): void => {
        handle(event);
        if (event.type !== 'proofUpdated') return;
        wasAsked = true;
        const [mean, low, high] = [event.mean, event.low, event.high].map((points) => points.toFixed(2));
        screen?.write(`${event.queries} fresh queries: ${mean} points (95 % interval ${low} to ${high})\n`);
      };
      const { outcome, exitCode, folder } = await proveRun({ ...options, onEvent });
      if (!wasAsked && exitCode !== 0)
        screen?.write('The proof was stopped before it had enough answers to claim anything.\n');
      else if (!wasAsked && outcome.outcome !== 'not-settled')
        screen?.write('The proof is settled, so nothing was asked.\n');
      printOutcome({ json, quiet }, renderVerdictText(outcome), { ...outcome, folder }, exitCode);
    });
}
