import { Option, type Command } from 'commander';
import { branchRun, type BranchOptions } from '../run/branch/branchRun.ts';
import { editInEditor } from './approve/editor.ts';
import { printOutcome } from './printOutcome.ts';
import { chooseScreen, withOutputFlags, withSetFlag, type OutputFlags } from './runFlags.ts';
import { renderSummary } from './summary.ts';

type BranchFlags = Omit<BranchOptions, 'edit'> & OutputFlags & { edit?: boolean };

/** Adds `branch`: a search from any node of a run. */
export function addBranchCommand(root: Command): void {
  const command = root
    .command('branch')
    .description('searches on from a node of a run, in a folder of its own; the run stays as it is')
    .requiredOption('--run <dir>', 'the run’s folder')
    .requiredOption(
      '--node <id>',
      'the node to start from, kept or pruned, such as 0.2.1 (ids: result.json, report.html)',
    )
    .requiredOption('--out <dir>', 'the branch’s folder; the same command continues an unfinished branch')
    .addOption(new Option('--prompt <file>', 'a file with the node’s prompt in the branch').conflicts('edit'))
    .option('--edit', 'edit the node’s prompt in $EDITOR first');
  withSetFlag(command, 'a setting that may differ from the run’s, such as budget.calls=500; may be repeated');
  withOutputFlags(command, 'progress and no summary')
    .addHelpText('after', '\nExample: drpo branch --run runs/mine --node 0.2.1 --edit --out runs/branch')
    .action(async ({ edit, ...flags }: BranchFlags) => {
      const result = await branchRun({ ...flags, ...(edit && { edit: editInEditor }) }, chooseScreen(flags));
      printOutcome(flags, renderSummary(result), result.outcome, result.exitCode);
    });
}
