import { Option, type Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { EXPORT_FORMATS, exportRun, type ExportOptions } from '../evals/langsmith/exportRun.ts';
import { UserError } from '../run/config/userError.ts';
import { toPrintable } from '../run/progress.ts';
import { getErrorMessage } from '../state/failure.ts';

/** Adds `export`: a run's prompt for use elsewhere. */
export function addExportCommand(root: Command): void {
  const form = new Option(
    '--to <form>',
    'text: the prompt; messages: prompt and all examples as chat turns; reference: output.json of the reference; promptfoo: a config with held-out queries, checks and criteria; hub: LangSmith’s prompt hub; dataset: the queries as a data set in LangSmith',
  );
  root
    .command('export')
    .description('writes the prompt of a run for use elsewhere')
    .requiredOption('--run <dir>', 'the run’s folder')
    .addOption(form.choices(EXPORT_FORMATS).default('text'))
    .option('--out <file>', 'the file to write (default: stdout)')
    .option('--name <name>', 'the name in the hub or of the data set (default: the name of the run’s folder)')
    .addHelpText('after', '\nExample: drpo export --run runs/mine --to messages --out messages.json')
    .action(async ({ out, ...options }: ExportOptions & { out?: string }) => {
      const text = await exportRun(options, process.env);
      if (out !== undefined) writeOutputFile(out, text);
      else process.stdout.write(process.stdout.isTTY ? `${toPrintable(text.trimEnd())}\n` : text);
    });
}

function writeOutputFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError(`--out: expected a file that can be written, got ${file} (${getErrorMessage(error)})`);
  }
}
