import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolder } from '../../models/cache/makeFolder.ts';
import { getErrorMessage } from '../../state/failure.ts';
import { CONFIG_NAMES } from '../config/findConfig.ts';
import { UserError } from '../config/userError.ts';
import type { StarterAnswers } from './starterAnswers.ts';
import { createStarterFiles } from './starterFiles.ts';

/** Refuses a folder that holds a config or a file of these names. @throws UserError that names them */
export function requireFreeNames(folder: string, names: readonly string[]): void {
  const taken = [...new Set([...CONFIG_NAMES, ...names])].filter((name) => existsSync(join(folder, name)));
  if (taken.length === 0) return;
  throw new UserError(
    `init: expected a folder without ${taken.join(', ')}, got ${resolve(folder)}; name another folder, such as \`drpo init prompt\`, or move the files`,
  );
}

/**
 * Writes the files of a start and returns their names. No file is overwritten, and a failed start leaves none.
 * @throws UserError if the folder has such files or cannot be written
 */
export const writeStarterFiles = (folder: string, answers: StarterAnswers): string[] =>
  writeNewFiles(folder, createStarterFiles(answers, folder));

/** Writes files by name, all or none, and returns their names. @throws UserError if one is there already or cannot be written */
export function writeNewFiles(folder: string, files: Readonly<Record<string, string>>): string[] {
  requireFreeNames(folder, Object.keys(files));
  const written: string[] = [];
  try {
    makeFolder(folder);
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text, { flag: 'wx' });
      written.push(name);
    }
  } catch (error) {
    for (const name of written) rmSync(join(folder, name));
    throw new UserError(
      `init: expected a folder that can be written, got ${resolve(folder)} (${getErrorMessage(error)}); nothing was written`,
    );
  }
  return written;
}
