import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from './config/userError.ts';
import { DIGESTS_FILE, FileDigests, hashContent, hashFile } from './fileDigests.ts';
import { toJsonParts, writeAtomically } from './writeAtomically.ts';

/** The files of a folder. They are written whole or not at all; one that is not as it was written is refused when it is read. */
export class CheckedFiles {
  readonly path: string;
  readonly #digests: FileDigests;

  constructor(path: string) {
    this.path = path;
    this.#digests = new FileDigests(path);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file whole or not at all: text and bytes as they are, anything else as JSON. */
  write(name: string, content: unknown): void {
    this.writeAll({ [name]: content });
  }

  /** The same for an object with one long list, item by item. */
  writeInParts<T extends object>(name: string, content: T, list: keyof T & string): void {
    this.#digests.expect({ [name]: hashContent(toJsonParts(content, list)) });
    writeAtomically(this.file(name), toJsonParts(content, list));
  }

  /** Writes several files in this order, and notes their digests. Returns the digests by name. */
  writeAll(contents: Readonly<Record<string, unknown>>): Record<string, string> {
    const files = Object.entries(contents).map(([name, content]) => [name, toFileContent(content)] as const);
    const digests = Object.fromEntries(files.map(([name, content]) => [name, hashContent([content])]));
    this.#digests.expect(digests);
    for (const [name, content] of files) writeAtomically(this.file(name), [content]);
    return digests;
  }

  /** Notes the digest of a file that was written in another way. */
  noteWritten(name: string): void {
    const digest = hashFile(this.file(name));
    if (digest !== undefined) this.#digests.expect({ [name]: digest });
  }

  /** Removes a file, and what SQLite keeps beside it. */
  remove(name: string): void {
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.file(name + suffix), { force: true });
  }

  /** Moves a damaged file out of the way, and removes what SQLite keeps beside it. */
  setAside(name: string): void {
    if (existsSync(this.file(name))) renameSync(this.file(name), this.file(`${name}.damaged`));
    this.remove(name);
  }

  /** Whether a file has another content than was written, or is no JSON although its name says so. */
  isDamaged(name: string): boolean {
    if (!existsSync(this.file(name))) return false;
    return (
      !this.#digests.isWhole(name) || (name.endsWith('.json') && parseOrUndefined(this.#readFile(name)) === undefined)
    );
  }

  /** What is damaged if a file seems to be: the file, or the digests that show it. */
  findDamaged(name: string): string {
    return this.#digests.isDamaged ? DIGESTS_FILE : name;
  }

  /** A file's text; undefined if there is none. @throws UserError if it is damaged */
  readText(name: string): string | undefined {
    if (this.isDamaged(name)) throw createDamageError(this.file(this.findDamaged(name)));
    return this.#readFile(name);
  }

  readJson(name: string): unknown {
    const text = this.readText(name);
    return text === undefined ? undefined : JSON.parse(text);
  }

  #readFile(name: string): string | undefined {
    return existsSync(this.file(name)) ? readFileSync(this.file(name), 'utf8') : undefined;
  }
}

const toFileContent = (content: unknown): string | Uint8Array =>
  typeof content === 'string' || content instanceof Uint8Array ? content : `${JSON.stringify(content, null, 2)}\n`;

function parseOrUndefined(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** The error that names a damaged file, and says what to do. */
export const createDamageError = (file: string): UserError =>
  new UserError(
    `${file}: expected the file as drpo wrote it, got another content; restore it, or remove it and run the command again that made this folder: it repeats no call that is answered`,
  );
