import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from './config/userError.ts';

/** The files of a run, an evaluation or an experiment; of some, the start of their names. */
export const RUN_FILES = [
  'config.json',
  'nodes.jsonl',
  'result.json',
  'output.json',
  'prompt.txt',
  'examples.json',
  'report.html',
  'proof.jsonl',
  'events.jsonl',
  'calls.jsonl',
  'checkpoints.sqlite',
  'thread.txt',
  'replacements.json',
  'data.json',
  'given-queries.json',
  'given-examples.json',
  // of an evaluation or an experiment, by the start of their names
  'evaluation.json',
  'experiment.json',
  'labels.json',
  'records.jsonl',
  'search-',
  'table.',
  'plot.',
  'langsmith.json',
  'remote.json',
  'branch.json',
  'first.jsonl',
  'digests.json',
  'failed.json',
];

/** @throws UserError if a folder stands where a run has a file */
export function requireNoFolders(folder: string): void {
  if (!existsSync(folder)) return;
  const found = [...RUN_FILES, 'lock.sqlite', 'lock.json'].find((name) =>
    statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory(),
  );
  if (found === undefined) return;
  throw new UserError(
    `${join(folder, found)}: expected a file of a run, got a folder; move it away, or choose another folder`,
  );
}
