import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createPublishedRunView, type RunView } from '../report/createRunView.ts';
import { formatValue, UserError } from './config/userError.ts';
import { RunFolder } from './runFolder.ts';
import { readOrThrow, readRunView, writePage } from './writeReport.ts';

/**
 * Writes the page of a run's folder, of a published tree.json, or of a folder that holds one.
 * `out` defaults to report.html in the run's folder; for a published tree, to report-MODEL.html in the working folder.
 * @throws UserError if there is neither
 */
export function writeReportPage(path: string, out?: string): string {
  if (existsSync(join(path, 'experiment.json')))
    throw new UserError(`report: expected a run, got the experiment ${path}; its page is ${join(path, 'report.html')}`);
  if (existsSync(join(path, 'config.json'))) {
    const file = writePage(out ?? join(path, 'report.html'), readRunView(path));
    if (out === undefined) RunFolder.openExisting(path).noteWritten('report.html');
    return file;
  }
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
