import { LONG_ASPECT_NAMES, normalizeAspectName } from '../state/aspects.ts';
import { isObject } from './jsonValues.ts';
import { readPoints } from './readPoints.ts';

/** What a judge's reply says on an aspect, under the name that the aspect was asked for. */
export interface AspectEntry {
  name: string;
  entry: unknown;
}

/** The points of an entry: null if the aspect does not apply, undefined if they cannot be read. */
export interface EntryScore {
  rationale: string;
  score: number | null | undefined;
}

const NAME_KEYS = ['aspect', 'name', 'criterion', 'metric', 'dimension', 'category'];
const SCORE_KEYS = ['score', 'rating', 'points', 'value', 'mark', 'grade'];
const RATIONALE_KEYS = ['rationale', 'reason', 'reasoning', 'explanation', 'justification', 'comment'];

/** Lists what a value says on aspects: as an object with aspects as keys, as a list, or as either of them under one key. */
export function listAspectEntries(value: unknown, names: readonly string[], depth = 1): AspectEntry[] {
  if (Array.isArray(value)) return value.flatMap((item) => (isObject(item) ? listAspectEntries(item, names, 0) : []));
  if (!isObject(value)) return [];
  const entries = Object.entries(value).flatMap(([key, entry]) => toEntry(key, entry, names));
  if (entries.length) return entries;
  const named = findValue(value, NAME_KEYS);
  if (typeof named === 'string') return toEntry(named, omitKeys(value, NAME_KEYS), names);
  return depth === 0 ? [] : Object.values(value).flatMap((inner) => listAspectEntries(inner, names, depth - 1));
}

/** Reads the points of an aspect and the reason for them. */
export function readEntryScore(entry: unknown): EntryScore {
  if (!isObject(entry)) return { rationale: '', score: readPoints(entry) };
  const rationale = findValue(entry, RATIONALE_KEYS) ?? '';
  return {
    rationale: typeof rationale === 'string' ? rationale : JSON.stringify(rationale),
    score: readPoints(findValue(entry, SCORE_KEYS) ?? findOnlyPoints(entry)),
  };
}

const toEntry = (key: string, entry: unknown, names: readonly string[]): AspectEntry[] => {
  const name = matchAspectName(key, names);
  return name === undefined ? [] : [{ name, entry }];
};

/** The name that a judge means by a key, whatever its case, marks and numbering. */
function matchAspectName(key: string, names: readonly string[]): string | undefined {
  const plain = key
    .replace(/^\W*\d+[.):]?\s+/, '')
    .replace(/\s*[([][^)\]]*[)\]]\W*$|[\W_]+(?:score|rating|points)\W*$/i, '');
  for (const spelling of [key, plain].map(normalizeAspectName)) {
    if (spelling === '') continue;
    const name =
      names.find((n) => normalizeAspectName(n) === spelling) ??
      names.find((n) => listOtherNames(n).some((other) => normalizeAspectName(other) === spelling));
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The short name of an aspect with a long one, and the long name of one with a short one. */
const listOtherNames = (name: string): string[] =>
  [...LONG_ASPECT_NAMES].flatMap(([short, long]) => (short === name ? [long] : long === name ? [short] : []));

/** The value under the first of these keys that an object has, whatever their case. */
function findValue(object: Record<string, unknown>, keys: readonly string[]): unknown {
  const entries = Object.entries(object).map(([key, value]) => [normalizeAspectName(key), value] as const);
  for (const wanted of keys) {
    const found = entries.find(([key, value]) => key === wanted && value !== null);
    if (found) return found[1];
  }
  return undefined;
}

const omitKeys = (object: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(normalizeAspectName(key))));

/** Whether a key may be a label. More than three words are prose that a broken quote made a key. */
const isLabel = (key: string): boolean => (key.match(/\p{L}+/gu) ?? []).length <= 3;

/** The only points among an entry's values, for keys in another language. */
function findOnlyPoints(entry: Record<string, unknown>): unknown {
  const points = Object.entries(entry).filter(
    ([key, value]) => isLabel(key) && typeof readPoints(value) === 'number' && String(value).length < 12,
  );
  return points.length === 1 ? points[0]?.[1] : undefined;
}
