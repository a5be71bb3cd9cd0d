import { jsonrepair } from 'jsonrepair';
import { findThoughtEnd, splitLeadingThoughts } from './thoughts.ts';

type JsonValue = Record<string, unknown> | unknown[];

/** The objects and lists of a reply, in its order. */
export interface JsonValues {
  values: JsonValue[];
  /** Why the reply has no end; null if it has one. */
  cutOff: string | null;
  /** The whole entries of a value that was cut off. */
  beginning?: JsonValue;
}

/** Broken JSON that is longer, in characters, is not repaired: the time of a repair grows faster than its length. */
const MAX_REPAIRED_CHARACTERS = 32_768;
/** Opening braces and brackets of a reply at which reading starts, at most. */
const MAX_STARTS = 40;
/** How a value begins that is no brace in prose. */
const BEGINNING = /^[{[]\s*(?:["'“{[]|$)/;

/**
 * Lists the JSON objects and lists in a reply, but not those inside thoughts or other values. Accepts prose and fences around
 * them, trailing commas, single quotes, raw newlines and quotes inside texts. A value that was cut off is never completed.
 */
export function listJsonValues(reply: string): JsonValues {
  const whole = parseFirst(reply.trim(), [JSON.parse]);
  if (typeof whole === 'string' && whole.length < reply.length) return listJsonValues(whole);
  if (isValue(whole)) return { values: [whole], cutOff: null };
  const { answer: text, isCutOff } = splitLeadingThoughts(reply);
  if (isCutOff) return { values: [], cutOff: 'the reply ended inside a thought' };
  const values: JsonValue[] = [];
  const marks = /[{[<◁]/g;
  for (let starts = 0, mark = marks.exec(text); mark && starts < MAX_STARTS; mark = marks.exec(text)) {
    const thoughtEnd = findThoughtEnd(text, mark.index);
    if (thoughtEnd === null) return { values, cutOff: 'the reply ended inside a thought' };
    if (thoughtEnd !== undefined) marks.lastIndex = thoughtEnd;
    if (thoughtEnd !== undefined || !'{['.includes(mark[0])) continue;
    starts++;
    const { value, end } = readValue(text, mark.index);
    if (end !== null && isValue(value)) {
      values.push(value);
      marks.lastIndex = end;
    } else if (end === null && BEGINNING.test(text.slice(mark.index, mark.index + 200)))
      return {
        values,
        cutOff: 'the JSON was cut off before its end',
        ...(isValue(value) && { beginning: value }),
      };
  }
  return { values, cutOff: null };
}

/** Whether a value is an object, and no list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isValue = (value: unknown): value is JsonValue => typeof value === 'object' && value !== null;

/** The value that begins at `start`; if it has no end (null), its whole entries. */
function readValue(text: string, start: number): { value: unknown; end: number | null } {
  const scanned = scanValue(text, start);
  const end = scanned.end ?? findBalancedEnd(text, start);
  const source = text.slice(start, end ?? start);
  const json = scanned.end === null && end !== null ? source : scanned.json;
  const repair = (broken: string): unknown => JSON.parse(jsonrepair(broken));
  const parsers = json.length <= MAX_REPAIRED_CHARACTERS ? [JSON.parse, repair] : [JSON.parse];
  return { value: parseFirst(source, [JSON.parse]) ?? parseFirst(json, parsers), end };
}

/** What the first parser that does not fail makes of a text; undefined if all fail. */
function parseFirst(text: string, parsers: readonly ((json: string) => unknown)[]): unknown {
  for (const parse of parsers) {
    try {
      return parse(text);
    } catch {
      // the next one is tried
    }
  }
  return undefined;
}

const QUOTES: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”' };
/** What follows a quote that ends a text; after any other quote the text goes on. */
const AFTER_TEXT = /[ \t]*\+[ \t]*\n\s*["'“]|\s*(?:[:}\]]|$|,\s*(?:["'“{}[\]]|-?\d|(?:true|false|null)\b|\w+\s*:|$))/y;

/**
 * Finds the end of the value that begins at `start`. `json` is the value with texts as JSON needs them: quotes and control
 * characters inside them are escaped. If the value has no end (null), `json` has its whole entries. Linear in the length.
 */
function scanValue(text: string, start: number): { end: number | null; json: string } {
  const json: string[] = [];
  let depth = 0;
  let whole = 0;
  let quote: string | undefined;
  let last = '';
  for (let i = start; i < text.length; i++) {
    const character = text.charAt(i);
    if (quote !== undefined) {
      const isEnd = character === quote && endsText(text, i + 1);
      if (isEnd) [quote, last] = [undefined, '"'];
      json.push(isEnd ? '"' : character === '\\' ? escapeAgain(text.charAt(++i)) : escapeCharacter(character));
      continue;
    }
    const opened = '{[,:(+'.includes(last) ? QUOTES[character] : undefined;
    if (depth === 1 && character === ',') whole = json.length;
    json.push(opened === undefined ? character : '"');
    if (opened !== undefined) quote = opened;
    else if ('{['.includes(character)) depth++;
    else if ('}]'.includes(character) && --depth === 0) return { end: i + 1, json: json.join('') };
    else if ('}]'.includes(character) && depth === 1) whole = json.length;
    if (character.trim() !== '') last = character;
  }
  return { end: null, json: whole ? json.slice(0, whole).join('') + (text.charAt(start) === '{' ? '}' : ']') : '' };
}

function endsText(text: string, index: number): boolean {
  AFTER_TEXT.lastIndex = index;
  return AFTER_TEXT.test(text);
}

const escapeCharacter = (character: string): string =>
  character === '"' || character < ' ' ? JSON.stringify(character).slice(1, -1) : character;

/** What stands for a backslash and the character after it; JSON knows few of them. */
const escapeAgain = (character: string): string =>
  '"\\/bfnrtu'.includes(character) ? `\\${character}` : character === "'" ? "'" : `\\\\${escapeCharacter(character)}`;

/** The end of a value by its braces alone, for quotes that cannot be told apart. Null if a text may go on after it. */
function findBalancedEnd(text: string, start: number): number | null {
  let depth = 0;
  for (const { 0: brace, index } of text.slice(start).matchAll(/[{}]/g)) {
    if (brace === '{') depth++;
    else if (--depth <= 0) return text.includes('"', start + index) ? null : start + index + 1;
  }
  return null;
}
