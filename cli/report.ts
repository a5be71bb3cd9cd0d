import type { Command } from 'commander';
import { formatValue, UserError } from '../run/config/userError.ts';
import { writeReportPage } from '../run/writeReportPage.ts';
import { getErrorMessage, isError } from '../state/failure.ts';
import { createWholeNumberParser } from './runFlags.ts';

interface ReportFlags {
  run?: string;
  out?: string;
  live: boolean;
  port: number;
  json: boolean;
  quiet: boolean;
}

/** Adds `report`: the page of a run. */
export function addReportCommand(root: Command): void {
  root
    .command('report')
    .description('writes the page of a run or of a published search tree: one file that needs no network')
    .argument('[path]', 'a run’s folder, or a published tree.json')
    .option('--run <dir>', 'the same as the argument')
    .option('--out <file>', 'the file to write (default: report.html in the run’s folder)')
    .option('--live', 'show a run that another process works on, until it ends', false)
    .option('--port <n>', 'the port of the live page; 0 takes a free one', createWholeNumberParser('port', 0), 0)
    .option('--json', 'print the page’s path as one JSON object on stdout', false)
    .option('--quiet', 'do not print the address of the live page', false)
    .addHelpText('after', '\nExample: drpo report runs/mine')
    .action(async (path: string | undefined, flags: ReportFlags) => {
      const source = path ?? flags.run;
      if (source === undefined)
        throw new UserError('report: expected a run’s folder or a published tree.json, got nothing');
      if (flags.live && !(await watchUntilEnd(source, flags))) return;
      const file = writeReportTo(source, flags.out);
      process.stdout.write(`${flags.json ? JSON.stringify({ report: file }) : file}\n`);
    });
}

/** @throws UserError if the file that was asked for cannot be written */
function writeReportTo(source: string, out: string | undefined): string {
  try {
    return writeReportPage(source, out);
  } catch (error) {
    if (out === undefined || !isError(error) || !('syscall' in error)) throw error;
    throw new UserError(
      `--out: expected a file that can be written, got ${formatValue(out)} (${getErrorMessage(error)})`,
    );
  }
}

/** Shows a run until it ends or the user interrupts; says whether it ended. */
async function watchUntilEnd(folder: string, { port, quiet }: ReportFlags): Promise<boolean> {
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const printAddress = (url: string): void => void (quiet || process.stderr.write(`Watch the run at ${url}\n`));
  const { watchFolder } = await import('../server/watch/watchFolder.ts'); // only a live page needs a server
  const hasEnded = await watchFolder(folder, port, printAddress, interrupted.signal);
  process.off('SIGINT', stop).off('SIGTERM', stop);
  return hasEnded;
}
