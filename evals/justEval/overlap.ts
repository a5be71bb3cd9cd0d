/** A text of the evaluation set; `id` is only carried through to the hits. */
export interface Evaluation {
  readonly id: number | string;
  readonly instruction: string;
}

/** One overlapping pair; `similarity` is the Jaccard similarity of the word shingles, 0 to 1 (1 for exact). */
export interface Hit {
  readonly query: string;
  readonly instruction: string;
  readonly id: number | string;
  readonly kind: 'exact' | 'contained' | 'near';
  readonly similarity: number;
}

const SHORT = 6; // words; below it trigrams are too few to compare
const WHOLE = 4; // words; a shorter text inside another one is chance

/** Words of a text after NFKC, lower case and without punctuation or symbols; 0 or more, none is empty. */
export function words(text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase();
  return plain.replace(/['’ʼ`]|\p{Default_Ignorable_Code_Point}/gu, '').match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
}

function grams(list: readonly string[], size: number): string[] {
  return list.slice(size - 1).map((_, start) => list.slice(start, start + size).join(' '));
}

interface Analysis {
  readonly list: readonly string[];
  readonly padded: string;
  readonly long: ReadonlySet<string>;
  readonly short: ReadonlySet<string>;
}

function analyse(text: string): Analysis {
  const list = words(text);
  const short = new Set([...list, ...grams(list, 2)]);
  return { list, padded: ` ${list.join(' ')} `, long: new Set(list.length < SHORT ? [] : grams(list, 3)), short };
}

function compare(left: Analysis, right: Analysis): number {
  const [one, two] = left.long.size > 0 && right.long.size > 0 ? [left.long, right.long] : [left.short, right.short];
  let shared = 0;
  for (const item of one) if (two.has(item)) shared += 1;
  return shared === 0 ? 0 : shared / (one.size + two.size - shared);
}

/** Similarity of two texts, 0 to 1: Jaccard of word trigrams, or of words and bigrams if either has under 6 words. */
export function similarity(left: string, right: string): number {
  return compare(analyse(left), analyse(right));
}

type Index = Map<string, number[]>;

function index(keys: readonly Iterable<string>[]): Index {
  const map: Index = new Map();
  keys.forEach((list, position) => {
    for (const key of new Set(list)) {
      const found = map.get(key);
      if (found) found.push(position);
      else map.set(key, [position]);
    }
  });
  return map;
}

/** The texts that share one of the rarest shingles of a set: as many of these as a similarity >= near cannot avoid. */
function sharing(set: ReadonlySet<string>, map: Index, near: number): number[] {
  const rarest = [...set].toSorted((a, b) => (map.get(a)?.length ?? 0) - (map.get(b)?.length ?? 0));
  return rarest.slice(0, set.size - Math.ceil(near * set.size - 1e-9) + 1).flatMap((key) => map.get(key) ?? []);
}

/** Overlaps of the queries with an evaluation set in order, the strongest kind per pair; `near` in (0, 1], default 0.65. */
export function overlaps(
  queries: readonly string[],
  evaluation: readonly Evaluation[],
  { near = 0.65 }: { near?: number } = {},
): Hit[] {
  if (!(near > 0 && near <= 1)) throw new RangeError(`near must be above 0 and at most 1, not ${near}`);
  const texts = evaluation.map(({ id, instruction }) => ({ id, instruction, ...analyse(instruction) }));
  const starts = index(texts.map((text) => grams(text.list, WHOLE).slice(0, 1)));
  const wholes = index(texts.map((text) => grams(text.list, WHOLE)));
  const byLong = index(texts.map((text) => text.long));
  const byShort = index(texts.map((text) => text.short));
  const byBrief = index(texts.map((text) => (text.long.size > 0 ? [] : text.short)));

  return queries.flatMap((query) => {
    const own = analyse(query);
    const quads = grams(own.list, WHOLE);
    const candidates = new Set([
      ...quads.flatMap((key) => starts.get(key) ?? []),
      ...quads.slice(0, 1).flatMap((key) => wholes.get(key) ?? []),
      ...sharing(own.short, own.long.size > 0 ? byBrief : byShort, near),
      ...sharing(own.long, byLong, near),
    ]);
    const sorted = [...candidates].toSorted((a, b) => a - b);
    return sorted.flatMap((position): Hit[] => {
      const text = texts[position];
      if (!text) return [];
      const value = compare(own, text);
      const whole = Math.min(own.list.length, text.list.length) >= WHOLE;
      const inside = whole && (own.padded.includes(text.padded) || text.padded.includes(own.padded));
      const rest = inside ? 'contained' : value >= near ? 'near' : undefined;
      const kind = own.padded === text.padded ? 'exact' : rest;
      return kind ? [{ query, instruction: text.instruction, id: text.id, kind, similarity: value }] : [];
    });
  });
}
