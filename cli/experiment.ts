import type { Command } from 'commander';
import { createWholeNumberParser, withConfigFlags, type ExperimentFlags } from '../evals/experiments/options.ts';
import { EXPERIMENT_TABLES } from '../evals/experiments/builtInTables.ts';
import { toJsonLine, toPrintable } from '../run/progress.ts';

/** Adds `experiment`: a table of variants run and compared. */
export function addExperimentCommand(root: Command): void {
  withConfigFlags(root.command('experiment'))
    .description('a table of variants, searched, evaluated on held-out instructions and compared')
    .argument('<table>', `one of ours (${Object.keys(EXPERIMENT_TABLES).join(', ')}) or a JSON or YAML file`)
    .option(
      '--instructions <file>',
      'held-out instructions (default: just-eval-instruct; on simulated models, a set of theirs)',
    )
    .option('--lite <file>', 'only the ids in a filter file of just-eval')
    .option(
      '--limit <n>',
      'so many instructions at most, spread evenly over the set',
      createWholeNumberParser('limit', 1),
    )
    .option('--bases <models>', 'base models of our tables, MODEL[@BASEURL], commas between')
    .option('--seeds <n>', 'searches of each row, with query orders of their own', createWholeNumberParser('seeds', 1))
    .option('--remote <url>', 'search the rows at a LangGraph server (npm run studio); they are evaluated here')
    .option(
      '--landscapes <n>',
      'searches of each row on each landscape whose truth is known (default: as the table has it)',
      createWholeNumberParser('landscapes', 0),
    )
    .option('--published', 'show the authors’ published figures too, as theirs', false)
    .action(async (table: string, flags: ExperimentFlags) => {
      const { runExperiment } = await import('../evals/experiments/runExperiment.ts'); // no other command needs it
      const { renderReport: told } = await import('../evals/experiments/experimentReport.ts');
      const { outcome, experiment, status } = await runExperiment(table, flags);
      const shown = { ...experiment, published: flags.published ? experiment.published : undefined };
      const text = `${told(outcome, shown, 'text')}\n\nAll of it in ${outcome.folder}`;
      if (!flags.quiet) (flags.json ? process.stderr : process.stdout).write(`${toPrintable(text)}\n`);
      if (flags.json) process.stdout.write(toJsonLine(outcome));
      process.exitCode = status;
    });
}
