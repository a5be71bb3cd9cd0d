import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { renderPageParts } from '../report/page.ts';
import { createRunView, type RunRecord, type RunView } from '../report/createRunView.ts';
import { UserError } from './config/userError.ts';
import { createDamageError } from './checkedFiles.ts';
import { GrowingRun } from './growingRun.ts';
import { RunFolder } from './runFolder.ts';
import { writeAtomically } from './writeAtomically.ts';

const Counted = z.object({ records: z.record(z.string(), z.number()) });

/**
 * Writes the page of a run into its folder and returns its path. The page of an unfinished run shows its nodes so far.
 * `known`: the folder's content, if it need not be read again.
 */
export function writeRunReport(runDir: string, known?: Omit<RunRecord, 'title'>): string {
  const view = known ? createRunView({ ...known, title: basename(resolve(runDir)) }) : readRunView(runDir);
  return writePage(join(runDir, 'report.html'), view);
}

/** Reads a folder as another process may be writing it. */
export function readRunView(runDir: string): RunView {
  const folder = RunFolder.openExisting(runDir);
  const run = new GrowingRun(folder);
  const isRunning = run.isRunning;
  run.refresh(run.hasResult && !isRunning);
  if (!isRunning) requireWholeRecords(folder);
  return readOrThrow(folder.file('result.json'), 'a run’s result', () => run.view());
}

/** @throws UserError if a line is damaged, or one that the result counted is gone */
function requireWholeRecords(folder: RunFolder): void {
  folder.nodes();
  const { data } = Counted.safeParse(folder.readJson('result.json'));
  const [damaged] = folder.listDamagedRecords(data?.records);
  if (damaged !== undefined) throw createDamageError(folder.file(damaged));
}

/** Reads a file's content; another content than expected is a mistake that the user can fix. @throws UserError */
export function readOrThrow<T>(file: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
    const why = error instanceof z.ZodError ? z.prettifyError(error).split('\n').slice(0, 2).join(' ') : error.message;
    throw new UserError(`${file}: expected ${what}, got something else: ${why}`);
  }
}

/** Written whole or not at all. */
export function writePage(file: string, view: RunView): string {
  writeAtomically(file, renderPageParts(view));
  return file;
}
