import { readFileSync } from 'node:fs';
import { UserError } from './userError.ts';

/** Reads a file's text. @throws UserError that names the flag or key which named the file */
export function readTextFile(file: string, flag: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UserError(`${flag}: expected a readable file, got ${file}; check the path`);
  }
}
