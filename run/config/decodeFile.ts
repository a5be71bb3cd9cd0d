import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { UserError } from './userError.ts';

/** Byte order marks and the encodings that they announce. */
const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * Decodes a text file piece by piece: UTF-8, or UTF-16 with a byte order mark, which is left out.
 * @param key names the config key in errors
 * @throws UserError if the file cannot be read or has another encoding
 */
export async function* decodeFile(file: string, key: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  try {
    for await (const bytes of createReadStream(file) as AsyncIterable<Buffer>) {
      decoder ??= new TextDecoder(detectEncoding(bytes), { fatal: true });
      yield requireText(decoder.decode(bytes, { stream: true }), file);
    }
    yield decoder?.decode() ?? '';
  } catch (error) {
    throw toUnreadableFault(error, file, key);
  }
}

/** Reads a whole text file as `decodeFile` does. @throws UserError */
export async function readText(file: string, key: string): Promise<string> {
  let text = '';
  for await (const piece of decodeFile(file, key)) text += piece;
  return text;
}

/** Decodes a whole text, whose mark of the byte order is left out. */
export const decodeBytes = (bytes: Buffer): string => new TextDecoder(detectEncoding(bytes)).decode(bytes);

const detectEncoding = (bytes: Buffer): string =>
  MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0] ?? 'utf-8';

/** A text has no NUL. UTF-16 without its mark and binary files have. */
function requireText(text: string, file: string): string {
  if (!text.includes('\0')) return text;
  throw new UserError(`${file}: expected a text file, got bytes that are none; save it as UTF-8`);
}

function toUnreadableFault(error: unknown, file: string, key: string): Error {
  if (error instanceof UserError) return error;
  const code = String(Reflect.get(Object(error), 'code') ?? error);
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return new UserError(
      `${file}: expected UTF-8, or UTF-16 with a byte order mark, got another encoding; save it as UTF-8`,
    );
  return new UserError(
    `${key}: expected a readable file, got ${file} (${code === 'ENOENT' ? 'no such file' : code})${key.startsWith('--') ? '; check the path' : "; paths are relative to the config's folder"}`,
  );
}
