import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_FILES } from './runFiles.ts';

/** Moves a former run's files into previous-1, previous-2, …: paid answers are never deleted. */
export function moveRunAside(folder: string): void {
  if (!RUN_FILES.some((name) => existsSync(join(folder, name)))) return;
  const names = readdirSync(folder);
  const aside = join(folder, `previous-${1 + names.filter((name) => name.startsWith('previous-')).length}`);
  mkdirSync(aside);
  for (const name of names.filter((n) => RUN_FILES.some((f) => n.startsWith(f))))
    renameSync(join(folder, name), join(aside, name));
}
