import { hash } from 'node:crypto';

/** JSON whose long texts are kept elsewhere, each once: in their place stands `~` and the hash. */
export interface Split {
  skeleton: Uint8Array;
  /** Hash → the text as it stands in JSON, quotes included. */
  texts: ReadonlyMap<string, Uint8Array>;
}

/** Bytes from which a text is kept on its own. */
const LONG = 200;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];

/** Takes the long texts out of JSON: the prompts, responses and remarks that a search's states repeat again and again. */
export function split(json: Uint8Array): Split {
  const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength);
  const texts = new Map<string, Uint8Array>();
  const parts: Uint8Array[] = [];
  let done = 0;
  for (let from = bytes.indexOf(QUOTE); from >= 0;) {
    const end = endOfText(bytes, from) + 1;
    if (end - from > LONG) {
      const text = bytes.subarray(from, end);
      const name = hash('sha256', text, 'base64url');
      texts.set(name, text);
      parts.push(bytes.subarray(done, from), Buffer.from(`~${name}`));
      done = end;
    }
    from = bytes.indexOf(QUOTE, end);
  }
  return { skeleton: texts.size ? Buffer.concat([...parts, bytes.subarray(done)]) : json, texts };
}

/** The JSON whole again. A `~` within a text is only that: outside of texts JSON has none. */
export function join(skeleton: Uint8Array, text: (name: string) => Uint8Array): string {
  return Buffer.from(skeleton)
    .toString()
    .replace(/"(?:[^"\\]|\\.)*"|~([\w-]{43})/g, (all, name?: string) =>
      name === undefined ? all : Buffer.from(text(name)).toString(),
    );
}

/** The quote that ends the text which begins at another. */
function endOfText(bytes: Buffer, from: number): number {
  let end = bytes.indexOf(QUOTE, from + 1);
  while (end >= 0 && escaped(bytes, end)) end = bytes.indexOf(QUOTE, end + 1);
  return end < 0 ? bytes.length - 1 : end;
}

function escaped(bytes: Buffer, at: number): boolean {
  let slashes = 0;
  while (bytes[at - 1 - slashes] === BACKSLASH) slashes++;
  return slashes % 2 === 1;
}
