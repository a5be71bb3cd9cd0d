import { listEncodings, type SecretEncoding } from './secretEncodings.ts';

/** What stands where a secret, or a part of one, stood. */
const REPLACEMENT = '[key]';
/** Characters of a secret that are hidden wherever they stand; of small letters alone, which may be words, a few more. */
const MIN_PART_CHARACTERS = 8;
const MIN_WORDY_PART_CHARACTERS = 12;
/** A shorter value is no secret. */
const MIN_SECRET_CHARACTERS = 4;
/** What people write where an endpoint wants a key and checks none: no secret, but a word that answers contain. */
const PLACEHOLDER = /^([a-z]{1,11}|None|NONE|NULL|EMPTY|DUMMY|TEST|X+)$/;
const WORDY = /^[a-z\s_.:/-]*$/;

/** Characters of the pieces by which a text is searched, and the bits of their hashes. */
const PIECE_CHARACTERS = 4;
const HASH_BITS = 20;

const secrets = new Set<string>();
/** All parts to hide, by their length. */
const hiddenParts = new Map<number, Set<string>>();
/** 1 at the hash of each piece of a part. */
const pieces = new Uint8Array(1 << HASH_BITS);
let shortestPart = Infinity;

/**
 * Makes values that are sent to an endpoint secrets of this process: `redactSecrets` hides them from now on. A word of up to
 * eleven small letters, such as "ollama", is no secret.
 */
export function addSecrets(values: readonly string[]): void {
  for (const secret of values.map((value) => value.trim())) {
    if (secrets.has(secret) || secret.length < MIN_SECRET_CHARACTERS || PLACEHOLDER.test(secret)) continue;
    secrets.add(secret);
    for (const encoding of listEncodings(secret)) for (const part of listHiddenParts(encoding)) addPart(part);
  }
}

/** The parts of a form that are hidden: together they cover it. */
function listHiddenParts({ text, charactersEach }: SecretEncoding): string[] {
  const isPlain = charactersEach === 1;
  const shortest = listParts(text, Math.ceil(MIN_PART_CHARACTERS * charactersEach));
  return isPlain
    ? [...shortest.filter((part) => !WORDY.test(part)), ...listParts(text, MIN_WORDY_PART_CHARACTERS)]
    : shortest;
}

/** All parts of this length; of a shorter text, the whole. */
const listParts = (text: string, length: number): string[] =>
  Array.from({ length: Math.max(1, text.length - length + 1) }, (_, i) => text.slice(i, i + length));

function addPart(part: string): void {
  if (part.length < PIECE_CHARACTERS) return;
  const sameLength = hiddenParts.get(part.length) ?? new Set();
  hiddenParts.set(part.length, sameLength.add(part));
  shortestPart = Math.min(shortestPart, part.length);
  for (let i = 0; i + PIECE_CHARACTERS <= part.length; i++) pieces[hashPiece(part, i)] = 1;
}

/**
 * Replaces the secrets in a text from outside by "[key]": whole, in base64, hexadecimal or the escapes of JSON, HTML and URLs,
 * and parts of eight characters or more. A part of small letters alone counts from twelve, because it may be words.
 */
export function redactSecrets(text: string): string {
  return mayHoldSecret(text) ? replaceParts(text) : text;
}

/** Each part is a run of pieces, of which one stands at a position that is looked at. */
function mayHoldSecret(text: string): boolean {
  const run = shortestPart - PIECE_CHARACTERS + 1;
  for (let i = 0; i + PIECE_CHARACTERS <= text.length; i += run) {
    if (!isPiece(text, i)) continue;
    let [start, end] = [i, i + 1];
    while (start > 0 && end - start < run && isPiece(text, start - 1)) start--;
    while (end - start < run && isPiece(text, end)) end++;
    if (end - start >= run) return true;
  }
  return false;
}

function replaceParts(text: string): string {
  let redacted = '';
  let copied = 0;
  let hidden = 0; // up to where the text is part of a secret
  for (let i = 0; i + PIECE_CHARACTERS <= text.length; i++) {
    if (!isPiece(text, i)) continue;
    const end = findPartEnd(text, i);
    if (end <= hidden) continue;
    if (i > hidden || hidden === 0) redacted += text.slice(copied, i) + REPLACEMENT;
    copied = hidden = end;
  }
  return redacted + text.slice(copied);
}

/** Where the longest part that starts at a position ends; 0 if none does. */
function findPartEnd(text: string, start: number): number {
  let end = 0;
  for (const [length, sameLength] of hiddenParts)
    if (length > end - start && start + length <= text.length && sameLength.has(text.slice(start, start + length))) {
      if (length >= MIN_PART_CHARACTERS || isWholeWord(text, start, start + length)) end = start + length;
    }
  return end;
}

/** Whether letters or digits on either side make a short secret part of a word. */
const isWholeWord = (text: string, start: number, end: number): boolean =>
  !/[\p{L}\d]/u.test(text.charAt(start - 1)) && !/[\p{L}\d]/u.test(text.charAt(end));

const isPiece = (text: string, at: number): boolean =>
  at + PIECE_CHARACTERS <= text.length && pieces[hashPiece(text, at)] === 1;

function hashPiece(text: string, at: number): number {
  let hash = 0;
  for (let i = at; i < at + PIECE_CHARACTERS; i++) hash = Math.imul(hash, 31) + text.charCodeAt(i);
  return Math.imul(hash, 0x9e3779b1) >>> (32 - HASH_BITS);
}
