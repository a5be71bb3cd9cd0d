import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/** The result files of a run. It continues from two others: calls.jsonl and checkpoints.sqlite. */
const RUN_FILES = [
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

/** Moves a former run's files into previous-1, previous-2, …: paid answers are never deleted. */
export function moveRunAside(folder: string): void {
  if (!RUN_FILES.some((name) => existsSync(join(folder, name)))) return;
  const names = readdirSync(folder);
  const aside = join(folder, `previous-${1 + names.filter((name) => name.startsWith('previous-')).length}`);
  mkdirSync(aside);
  for (const name of names.filter((n) => RUN_FILES.some((f) => n.startsWith(f))))
    renameSync(join(folder, name), join(aside, name));
}
