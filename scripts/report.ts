import { existsSync, readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { pageParts } from '../report/page.ts';
import { viewOfPublishedTree, viewOfRun, type RunRecord, type RunView } from '../report/view.ts';
import { shown, UserFault } from './fault.ts';
import { RunFolder } from './folder.ts';
import { writeWhole } from './wholeFile.ts';

/** The command `report`. */
export function addReport(root: Command): void {
  root
    .command('report')
    .description('the page of a run, or of a published search tree: one file, no network')
    .argument('[path]', 'a run’s folder, or a published tree.json')
    .option('--run <dir>', 'the same as the argument')
    .option('--out <file>', 'where the page goes (default: report.html in the run’s folder)')
    .option('--json', 'the page’s path as one JSON object on stdout', false)
    .action((path: string | undefined, flags: { run?: string; out?: string; json: boolean }) => {
      const given = path ?? flags.run;
      if (given === undefined)
        throw new UserFault('report: expected a run’s folder or a published tree.json, got nothing');
      const file = reportOn(given, flags.out);
      process.stdout.write(`${flags.json ? JSON.stringify({ report: file }) : file}\n`);
    });
}

/**
 * Writes the page of a run into its folder, and says where. A run that still goes on gets a page of what there is.
 * `known`: what the folder holds, where it need not be read again.
 */
export function writeReport(runDir: string, known?: Omit<RunRecord, 'title'>): string {
  const view = known ? viewOfRun({ ...known, title: basename(resolve(runDir)) }) : viewOfFolder(runDir);
  return write(join(runDir, 'report.html'), view);
}

/**
 * Writes the page of a run's folder, of a published tree.json, or of a folder that holds one.
 * `out` defaults to report.html in the run's folder; for a published tree, to report-MODEL.html in the working folder.
 * @throws UserFault where there is neither
 */
export function reportOn(path: string, out?: string): string {
  if (existsSync(join(path, 'experiment.json')))
    throw new UserFault(`report: expected a run, got the experiment ${path}, whose page it wrote itself: report.html`);
  if (existsSync(join(path, 'config.json'))) return write(out ?? join(path, 'report.html'), viewOfFolder(path));
  const file = treeFile(path);
  const view = published(file);
  return write(out ?? `report-${basename(dirname(resolve(file)))}.html`, view);
}

function viewOfFolder(runDir: string): RunView {
  const folder = RunFolder.existing(runDir);
  const result = folder.readJson('result.json') ?? null;
  const record = {
    title: basename(resolve(runDir)),
    config: folder.readJson('config.json'),
    result,
    nodes: folder.nodes(),
  };
  return orFault(folder.file('result.json'), 'a run’s result', () => viewOfRun(record));
}

function treeFile(path: string): string {
  if (!existsSync(path))
    throw new UserFault(`report: expected a run's folder or a published tree.json, got ${shown(path)} (no such file)`);
  if (!statSync(path).isDirectory()) return path;
  if (existsSync(join(path, 'tree.json'))) return join(path, 'tree.json');
  throw new UserFault(
    `report: expected a folder with config.json (a run) or tree.json (a published run), got ${shown(path)} with neither`,
  );
}

function published(file: string): RunView {
  return orFault(file, 'a published search tree', () => viewOfPublishedTree(JSON.parse(readFileSync(file, 'utf8'))));
}

/** A file that is not what it should be is the user's fault to mend. */
function orFault<T>(file: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
    const why = error instanceof z.ZodError ? z.prettifyError(error).split('\n').slice(0, 2).join(' ') : error.message;
    throw new UserFault(`${file}: expected ${what}, got something else: ${why}`);
  }
}

/** Written whole or not at all. */
function write(file: string, view: RunView): string {
  writeWhole(file, pageParts(view));
  return file;
}
