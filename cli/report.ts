import { existsSync, readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { basename, dirname, join, resolve } from 'node:path';
import { createPublishedRunView, type RunView } from '../report/view.ts';
import { createWholeNumberParser } from './configFlags.ts';
import { formatValue, UserError } from '../run/config/userError.ts';
import { readOrThrow, readRunView, writePage } from '../run/writeReport.ts';

/** The command `report`. */
export function addReportCommand(root: Command): void {
  root
    .command('report')
    .description('the page of a run, or of a published search tree: one file, no network')
    .argument('[path]', 'a run’s folder, or a published tree.json')
    .option('--run <dir>', 'the same as the argument')
    .option('--out <file>', 'where the page goes (default: report.html in the run’s folder)')
    .option('--live', 'shows a run that another process works on, until it ends', false)
    .option('--port <n>', 'the port of the live page; 0 takes a free one', createWholeNumberParser('port', 0), 0)
    .option('--json', 'the page’s path as one JSON object on stdout', false)
    .option('--quiet', 'the live page’s address is not told', false)
    .action(async (path: string | undefined, flags: ReportFlags) => {
      const given = path ?? flags.run;
      if (given === undefined)
        throw new UserError('report: expected a run’s folder or a published tree.json, got nothing');
      if (flags.live && !(await watchUntilEnd(given, flags))) return;
      const file = writeReportPage(given, flags.out);
      process.stdout.write(`${flags.json ? JSON.stringify({ report: file }) : file}\n`);
    });
}

interface ReportFlags {
  run?: string;
  out?: string;
  live: boolean;
  port: number;
  json: boolean;
  quiet: boolean;
}

/** Shows a run until it ends or a Ctrl-C comes; gives whether it ended. */
async function watchUntilEnd(dir: string, { port, quiet }: ReportFlags): Promise<boolean> {
  const asked = new AbortController();
  const stop = (): void => asked.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const told = (url: string): void => void (quiet || process.stderr.write(`Watch the run at ${url}\n`));
  const { watchFolder } = await import('../server/watch/watchFolder.ts'); // only a watched run needs a server
  const ended = await watchFolder(dir, port, told, asked.signal);
  process.off('SIGINT', stop).off('SIGTERM', stop);
  return ended;
}

/**
 * Writes the page of a run's folder, of a published tree.json, or of a folder that holds one.
 * `out` defaults to report.html in the run's folder; for a published tree, to report-MODEL.html in the working folder.
 * @throws UserError where there is neither
 */
export function writeReportPage(path: string, out?: string): string {
  if (existsSync(join(path, 'experiment.json')))
    throw new UserError(`report: expected a run, got the experiment ${path}, whose page it wrote itself: report.html`);
  if (existsSync(join(path, 'config.json'))) return writePage(out ?? join(path, 'report.html'), readRunView(path));
  const file = findTreeFile(path);
  const view = readPublishedView(file);
  return writePage(out ?? `report-${basename(dirname(resolve(file)))}.html`, view);
}

function findTreeFile(path: string): string {
  if (!existsSync(path))
    throw new UserError(
      `report: expected a run's folder or a published tree.json, got ${formatValue(path)} (no such file)`,
    );
  if (!statSync(path).isDirectory()) return path;
  if (existsSync(join(path, 'tree.json'))) return join(path, 'tree.json');
  throw new UserError(
    `report: expected a folder with config.json (a run) or tree.json (a published run), got ${formatValue(path)} with neither`,
  );
}

function readPublishedView(file: string): RunView {
  return readOrThrow(file, 'a published search tree', () =>
    createPublishedRunView(JSON.parse(readFileSync(file, 'utf8'))),
  );
}
