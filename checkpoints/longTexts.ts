import { hash } from 'node:crypto';

/** JSON whose long texts are stored apart, each once. In the skeleton, `~` and a hash replace the text. */
export interface SplitValue {
  skeleton: string;
  /** Hash of the text's JSON → the text. */
  texts: ReadonlyMap<string, string>;
}

/** Longer texts are stored apart. */
const MAX_INLINE_CHARS = 200;
/** About the number of texts in two levels of a search. */
const MAX_CACHED_HASHES = 1000;

/** How LangGraph's own serializer writes `undefined`. */
const UNDEFINED_JSON = '{"lc":2,"type":"undefined"}';

/**
 * Serializes a value as LangGraph's own serializer does, without its long texts: the states of a search repeat prompts, responses and remarks.
 * Null if the value holds more than plain data, such as a Map or an error. Only LangGraph's serializer can write those.
 */
export function splitLongTexts(value: unknown): SplitValue | null {
  const texts = new Map<string, string>();
  try {
    return { skeleton: serializeValue(value, texts), texts };
  } catch (error) {
    if (error instanceof RangeError || error instanceof NotPlainValueError) return null; // RangeError: a value that holds itself
    throw error;
  }
}

/** Puts the long texts back into a skeleton. `readText` returns the JSON of the text with a given hash. */
export function joinLongTexts(skeleton: Uint8Array, readText: (textHash: string) => Uint8Array): string {
  // JSON has no `~` outside of texts, so a `~` inside a text is left alone
  return Buffer.from(skeleton)
    .toString()
    .replace(/"(?:[^"\\]|\\.)*"|~([\w-]{43})/g, (match, textHash?: string) =>
      textHash === undefined ? match : Buffer.from(readText(textHash)).toString(),
    );
}

class NotPlainValueError extends Error {}

function serializeValue(input: unknown, texts: Map<string, string>): string {
  const value = applyToJson(input);
  if (typeof value === 'string')
    return value.length > MAX_INLINE_CHARS ? extractText(value, texts) : JSON.stringify(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value);
  if (value === undefined) return UNDEFINED_JSON;
  if (Array.isArray(value)) return `[${Array.from(value, (item) => serializeValue(item, texts)).join(',')}]`;
  if (!isPlainObject(value)) throw new NotPlainValueError();
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${serializeValue(field, texts)}`);
  return `{${fields.join(',')}}`;
}

/** Calls an object's toJSON. LangGraph's serializer writes only the node and the arguments of a `Send`, so its tag is left out. */
function applyToJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('toJSON' in value) || typeof value.toJSON !== 'function')
    return value;
  const json: unknown = value.toJSON();
  if (!isPlainObject(json) || json['lg_name'] !== 'Send') return json;
  const { lg_name: _, timeout, ...rest } = json;
  return timeout === undefined ? rest : { ...rest, timeout };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const hashCache = new Map<string, string>();

/** Adds a text to `texts` and returns what replaces it in the skeleton. */
function extractText(text: string, texts: Map<string, string>): string {
  const textHash = hashCache.get(text) ?? hash('sha256', JSON.stringify(text), 'base64url');
  if (hashCache.size >= MAX_CACHED_HASHES) hashCache.clear();
  hashCache.set(text, textHash);
  texts.set(textHash, text);
  return `~${textHash}`;
}
