import { listEncodings } from './secretEncodings.ts';

/** What stands where a secret, or a part of one, stood. */
const REPLACEMENT = '[key]';
/** Characters of a secret that are hidden wherever they stand; of small letters alone, which may be words, a few more. */
const MIN_PART_CHARACTERS = 8;
const MIN_WORDY_PART_CHARACTERS = 12;
/** A shorter value is no secret. */
const MIN_SECRET_CHARACTERS = 4;
/** What people write where an endpoint wants a key and checks none: no secret, but a word that answers contain. */
const PLACEHOLDER = /^([a-z]{1,7}|None|NONE|NULL|EMPTY|DUMMY|TEST|X+)$/;
const WORDY = /^[a-z\s_.:/-]*$/;

/** Characters of the pieces by which a text is searched, and the bits of a table of their hashes. */
const PIECE_CHARACTERS = 4;
const TABLE_SIZE = 1 << 16;

const secrets = new Set<string>();
/** All parts to hide, by their length. */
const parts = new Map<number, Set<string>>();
const table = new Uint8Array(TABLE_SIZE);
let shortestPart = Infinity;

/**
 * Makes values that are sent to an endpoint secrets of this process: `redactSecrets` hides them from now on. A word of up to
 * seven small letters, such as "ollama", is no secret.
 */
export function addSecrets(values: readonly string[]): void {
  for (const secret of values.map((value) => value.trim())) {
    if (secrets.has(secret) || secret.length < MIN_SECRET_CHARACTERS || PLACEHOLDER.test(secret)) continue;
    secrets.add(secret);
    for (const { text, charactersEach } of listEncodings(secret)) {
      addPart(text);
      for (const [characters, isWord] of [
        [MIN_PART_CHARACTERS, false],
        [MIN_WORDY_PART_CHARACTERS, true],
      ] as const) {
        const length = Math.ceil(characters * charactersEach);
        for (let i = 0; i + length <= text.length; i++) {
          const part = text.slice(i, i + length);
          if (isWord || !WORDY.test(part)) addPart(part);
        }
      }
    }
  }
}

function addPart(part: string): void {
  if (part.length < PIECE_CHARACTERS) return;
  const sameLength = parts.get(part.length) ?? new Set();
  parts.set(part.length, sameLength.add(part));
  shortestPart = Math.min(shortestPart, part.length);
  for (let i = 0; i + PIECE_CHARACTERS <= part.length; i++) table[hashPiece(part, i)] = 1;
}

/**
 * Replaces the secrets in a text from outside by "[key]": whole, in base64, hexadecimal or the escapes of JSON, HTML and URLs,
 * and parts of eight characters or more. A part of small letters alone counts from twelve, because it may be words.
 */
export function redactSecrets(text: string): string {
  return mayHoldSecret(text) ? replaceParts(text) : text;
}

/** Each part holds a whole piece at one of the positions that are looked at. */
function mayHoldSecret(text: string): boolean {
  const step = shortestPart - PIECE_CHARACTERS + 1;
  for (let i = 0; i + PIECE_CHARACTERS <= text.length; i += step) if (table[hashPiece(text, i)] === 1) return true;
  return false;
}

function replaceParts(text: string): string {
  let redacted = '';
  let copied = 0;
  let hidden = 0; // up to where the text is part of a secret
  for (let i = 0; i + PIECE_CHARACTERS <= text.length; i++) {
    if (table[hashPiece(text, i)] !== 1) continue;
    const end = findPartEnd(text, i);
    if (end <= hidden) continue;
    if (i > hidden || hidden === 0) {
      redacted += text.slice(copied, i) + REPLACEMENT;
    }
    copied = hidden = end;
  }
  return redacted + text.slice(copied);
}

/** Where the longest part that starts at a position ends; 0 if none does. */
function findPartEnd(text: string, start: number): number {
  let end = 0;
  for (const [length, sameLength] of parts)
    if (length > end - start && start + length <= text.length && sameLength.has(text.slice(start, start + length))) {
      if (length >= MIN_PART_CHARACTERS || isWholeWord(text, start, start + length)) end = start + length;
    }
  return end;
}

/** Whether letters or digits on either side make a short secret part of a word. */
const isWholeWord = (text: string, start: number, end: number): boolean =>
  !/[\p{L}\d]/u.test(text.charAt(start - 1)) && !/[\p{L}\d]/u.test(text.charAt(end));

const hashPiece = (text: string, at: number): number =>
  (text.charCodeAt(at) +
    text.charCodeAt(at + 1) * 31 +
    text.charCodeAt(at + 2) * 961 +
    text.charCodeAt(at + 3) * 29_791) &
  (TABLE_SIZE - 1);
