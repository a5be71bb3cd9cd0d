import type { Command } from 'commander';
import { BUILT_IN_TABLES } from '../evals/experiments/builtInTables.ts';
import type { ExperimentOptions } from '../evals/experiments/runExperiment.ts';
import { toPrintable } from '../run/progress.ts';
import { printOutcome } from './printOutcome.ts';
import {
  chooseScreen,
  createBatchOption,
  createWholeNumberParser,
  toConfigSources,
  withRunFlags,
  type RunFlags,
} from './runFlags.ts';

/** The flags of `experiment`. */
type ExperimentFlags = RunFlags & Omit<ExperimentOptions, 'table' | 'screen'> & { published: boolean };

/** Adds `experiment`: a table of variants is run and compared. */
export function addExperimentCommand(root: Command): void {
  withRunFlags(root.command('experiment'))
    .description('searches, evaluates and compares the variants of a table on held-out instructions')
    .argument('<table>', `a built-in table (${Object.keys(BUILT_IN_TABLES).join(', ')}) or a JSON or YAML file`)
    .option(
      '--instructions <file>',
      'held-out instructions (default: just-eval-instruct; on simulated models, a set made for them)',
    )
    .option('--lite <file>', 'use only the ids in a filter file of just-eval')
    .option(
      '--limit <n>',
      'use at most n instructions, spread evenly over the set (default: all)',
      createWholeNumberParser('limit', 1),
    )
    .option(
      '--queries [file]',
      'compare the rows on the config’s criteria and checks too, on held-out queries of a file (default: those of the config)',
    )
    .option('--bases <models>', 'base models of a built-in table: MODEL[@BASEURL], separated by commas')
    .option(
      '--seeds <n>',
      'searches of each row, each with another order of the queries (default: as the table says)',
      createWholeNumberParser('seeds', 1),
    )
    .option('--remote <url>', 'search the rows at a LangGraph server (npm run studio) and evaluate them here')
    .option(
      '--landscapes <n>',
      'searches of each row on each landscape whose truth is known (default: as the table says)',
      createWholeNumberParser('landscapes', 0),
    )
    .option('--published', 'also show the figures that the authors published', false)
    .addOption(createBatchOption())
    .addHelpText('after', '\nExample: drpo experiment main --optimizer simulated --limit 20')
    .action(async (table: string, flags: ExperimentFlags) => {
      // loaded here, since no other command needs them
      const { runExperiment } = await import('../evals/experiments/runExperiment.ts');
      const { renderReport } = await import('../evals/experiments/experimentReport.ts');
      const { outcome, experiment, exitCode } = await runExperiment(toConfigSources(flags), {
        ...flags,
        table,
        screen: chooseScreen(flags),
      });
      const published = flags.published ? experiment.published : undefined;
      const text = `${renderReport(outcome, { ...experiment, published }, 'text')}\n\nAll results are in ${outcome.folder}`;
      printOutcome(flags, toPrintable(text), outcome, exitCode);
    });
}
