import type { Command } from 'commander';
import { importRun, type ImportOptions } from '../run/import/importRun.ts';
import { toJsonLine, toPrintable } from '../run/progress.ts';

/** Adds `import`: a run of the reference becomes a run's folder. */
export function addImportCommand(root: Command): void {
  root
    .command('import')
    .description('turns a run that the authors of DRPO published into a run’s folder')
    .argument('<path>', 'tree.json or output.json of the reference, or their folder')
    .requiredOption('--out <dir>', 'the run’s folder, a new one')
    .option('--examples <file>', 'the in-context examples of the run, such as ICL_examples.json (default: none)')
    .option('--base <model>', 'the base model: MODEL[@BASEURL] or "simulated" (default: the one that the run names)')
    .option('--json', 'print the outcome as one JSON object on stdout', false)
    .addHelpText('after', '\nExample: drpo import published/mistral-7b --out runs/mistral')
    .action(async (path: string, { json, ...options }: ImportOptions & { json: boolean }) => {
      const result = await importRun(path, options);
      const lines = [
        `Imported ${result.nodes.length} nodes into ${options.out}. Best path: ${result.bestId}, with a mean reward of ${result.value} of 5.`,
        ...(options.examples === undefined ? ['There are no in-context examples. Add them with --examples FILE.'] : []),
      ];
      (json ? process.stderr : process.stdout).write(`${toPrintable(lines.join('\n'))}\n`);
      if (json) process.stdout.write(toJsonLine(result));
    });
}
