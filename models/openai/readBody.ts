import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { getErrorMessage, isError } from '../../state/failure.ts';

/** Bytes of the largest answer, as sent and as unpacked. */
export const MAX_ANSWER_BYTES = 64 << 20;

type Decompress = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>;

const unzip: Decompress = promisify(gunzip);
const inflateZlib: Decompress = promisify(inflate);
const inflateBare: Decompress = promisify(inflateRaw);
/** "deflate" means zlib's format, but some servers send the bare one. */
const hasZlibHeader = ([first = 0, second = 0]: Uint8Array): boolean =>
  (first & 15) === 8 && ((first << 8) | second) % 31 === 0;
const DECODERS = new Map<string, Decompress>([
  ['gzip', unzip],
  ['x-gzip', unzip],
  ['deflate', (bytes, options) => (hasZlibHeader(bytes) ? inflateZlib : inflateBare)(bytes, options)],
  ['br', promisify(brotliDecompress)],
  ['zstd', promisify(zstdDecompress)],
]);

/** An answer beyond the largest size. */
export const createSizeError = (): Error =>
  new Error(`an answer of more than ${MAX_ANSWER_BYTES >> 20} MB was refused`);

/**
 * The text of a body. `encoding`: its `content-encoding`, the last of several first undone. A mark of the byte order decides
 * on UTF-8 or UTF-16. @throws SyntaxError if it is damaged, Error if it is too large
 */
export async function readBody(bytes: Uint8Array, encoding = ''): Promise<string> {
  let plain = bytes;
  for (const name of encoding.toLowerCase().split(',').toReversed()) plain = await decompress(plain, name.trim());
  return decodeText(plain);
}

async function decompress(bytes: Uint8Array, encoding: string): Promise<Uint8Array> {
  if (bytes.length === 0 || encoding === '' || encoding === 'identity') return bytes;
  const decode = DECODERS.get(encoding);
  if (!decode) throw new SyntaxError(`expected an answer in gzip, deflate, br or zstd, got one in "${encoding}"`);
  try {
    return await decode(bytes, { maxOutputLength: MAX_ANSWER_BYTES });
  } catch (error) {
    const isTooLarge = isError(error) && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge
      ? createSizeError()
      : new SyntaxError(`the answer in ${encoding} is damaged: ${getErrorMessage(error)}`);
  }
}

function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** The bytes of a body, at most of the largest size. @throws Error if there are more, while they arrive */
export async function collectBody(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw createSizeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
