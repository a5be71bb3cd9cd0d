import leven from 'leven';

/** What a field of a query means; config: `queries.fields`. */
export const QUERY_MEANINGS = [
  'query',
  'messages',
  'expected',
  'criteria',
  'checks',
  'weight',
  'tags',
  'split',
  'metadata',
] as const;
export type QueryMeaning = (typeof QUERY_MEANINGS)[number];

/** The field of each meaning in the user's files, by meaning. `metadata` lists fields that nothing is to use. */
export type QueryFields = Partial<Record<Exclude<QueryMeaning, 'metadata'>, string>> & { metadata?: string[] };

/** Names of fields by meaning; of several in one item the first counts. */
export const FIELD_NAMES = {
  query: ['query', 'question', 'instruction', 'prompt', 'input'],
  messages: ['messages'],
  expected: ['expected', 'reference', 'answer'],
  criteria: ['criteria'],
  checks: ['checks'],
  weight: ['weight'],
  tags: ['tags'],
  split: ['split'],
  metadata: ['metadata'],
} as const satisfies Record<QueryMeaning, readonly string[]>;
const KNOWN_NAMES: readonly string[] = Object.values(FIELD_NAMES).flat();

/** Names that are meant for a known field, though their letters differ. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['heldout', 'split'],
  ['tag', 'tags'],
]);

/** A field's name without case and white space around it. */
export const normalizeName = (name: string): string => name.trim().toLowerCase();

/** The known field that a name nearly matches: one letter apart, two if the name is long, or two letters swapped. */
export function findNearField(name: string): string | undefined {
  const typed = normalizeName(name).replaceAll(/[_\-\s]/g, '');
  const synonym = SYNONYMS.get(typed);
  if (synonym !== undefined || typed.length < 4) return synonym;
  return KNOWN_NAMES.find((known) => {
    const edits = leven(typed, known);
    return edits > 0 && (edits <= (known.length >= 8 ? 2 : 1) || isSwapped(typed, known));
  });
}

/** Whether two letters that stand side by side changed places. */
const isSwapped = (typed: string, known: string): boolean =>
  typed !== known &&
  Array.from(typed.slice(1), (letter, i) => typed.slice(0, i) + letter + typed.charAt(i) + typed.slice(i + 2)).includes(
    known,
  );
