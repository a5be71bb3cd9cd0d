import { hash } from 'node:crypto';

/** JSON whose long texts are kept elsewhere, each once: in their place stands `~` and the hash. */
export interface SplitValue {
  skeleton: string;
  /** Hash of the text as it stands in JSON → the text. */
  texts: ReadonlyMap<string, string>;
}

/** Characters beyond which a text is kept on its own. */
const MAX_INLINE_CHARS = 200;
/** Texts whose names are remembered: those of a level or two. */
const MAX_CACHED_HASHES = 1000;

/** As LangGraph's own serializer has it. */
const UNDEFINED_JSON = '{"lc":2,"type":"undefined"}';

/**
 * A value as LangGraph's own serializer writes it, less its long texts: the prompts, responses and remarks that a search's
 * states repeat again and again. Null where it holds more than plain data (a Map, an error), which that one knows to write.
 */
export function splitLongTexts(value: unknown): SplitValue | null {
  const texts = new Map<string, string>();
  try {
    return { skeleton: serializeValue(value, texts), texts };
  } catch (error) {
    if (error instanceof RangeError || error instanceof NotPlainValueError) return null; // a value that holds itself has no end
    throw error;
  }
}

/** The JSON whole again. A `~` within a text is only that: outside of texts JSON has none. */
export function joinLongTexts(skeleton: Uint8Array, text: (name: string) => Uint8Array): string {
  return Buffer.from(skeleton)
    .toString()
    .replace(/"(?:[^"\\]|\\.)*"|~([\w-]{43})/g, (all, name?: string) =>
      name === undefined ? all : Buffer.from(text(name)).toString(),
    );
}

class NotPlainValueError extends Error {}

function serializeValue(given: unknown, texts: Map<string, string>): string {
  const value = applyToJson(given);
  if (typeof value === 'string')
    return value.length > MAX_INLINE_CHARS ? extractText(value, texts) : JSON.stringify(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value);
  if (value === undefined) return UNDEFINED_JSON;
  if (Array.isArray(value)) return `[${Array.from(value, (one) => serializeValue(one, texts)).join(',')}]`;
  if (!isPlainObject(value)) throw new NotPlainValueError();
  const fields = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}:${serializeValue(one, texts)}`);
  return `{${fields.join(',')}}`;
}

/** What an object says of itself; of a `Send`, the serializer keeps the node and what it is sent. */
function applyToJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('toJSON' in value) || typeof value.toJSON !== 'function')
    return value;
  const said: unknown = value.toJSON();
  if (!isPlainObject(said) || said['lg_name'] !== 'Send') return said;
  const { lg_name: _, timeout, ...rest } = said;
  return timeout === undefined ? rest : { ...rest, timeout };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const made: unknown = Object.getPrototypeOf(value);
  return made === Object.prototype || made === null;
}

const hashCache = new Map<string, string>();

/** Puts a text aside; what stands for it. */
function extractText(text: string, texts: Map<string, string>): string {
  const name = hashCache.get(text) ?? hash('sha256', JSON.stringify(text), 'base64url');
  if (hashCache.size >= MAX_CACHED_HASHES) hashCache.clear();
  hashCache.set(text, name);
  texts.set(name, text);
  return `~${name}`;
}
