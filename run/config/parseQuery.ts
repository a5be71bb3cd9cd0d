import leven from 'leven';
import { z } from 'zod';
import { Check } from '../../state/check.ts';
import { Criterion, toCriterionKey } from '../../state/criterion.ts';
import { Turn, type Query } from '../../state/example.ts';
import { describeIssues } from './describeIssues.ts';
import { toInstructionChecks } from './toInstructionChecks.ts';
import { formatValue, UserError } from './userError.ts';

/** What a field of a query means; config: `queries.fields`. */
export const QUERY_MEANINGS = [
  'query',
  'messages',
  'expected',
  'criteria',
  'checks',
  'tags',
  'split',
  'metadata',
] as const;
export type QueryMeaning = (typeof QUERY_MEANINGS)[number];

/** The field of each meaning in the user's files, by meaning. `metadata` lists fields that nothing is to use. */
export type QueryFields = Partial<Record<Exclude<QueryMeaning, 'metadata'>, string>> & { metadata?: string[] };

/** Names of fields by meaning; of several in one item the first counts. */
const FIELD_NAMES = {
  query: ['query', 'question', 'instruction', 'prompt', 'input'],
  messages: ['messages'],
  expected: ['expected', 'reference', 'answer'],
  criteria: ['criteria'],
  checks: ['checks'],
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

/** Fields that a query will have, which are refused until something uses them. */
const PLANNED_NAMES: ReadonlyMap<string, string> = new Map([
  ['weight', 'all queries count alike so far. Remove it, or give criteria and checks a weight'],
]);

/** Criteria of one query. Each counts on it, so that "always" says nothing. */
const QueryCriteria = z
  .array(Criterion)
  .refine((list) => list.every((one) => typeof one === 'string' || one.always === undefined), {
    error: 'expected no "always", because criteria of a query always count on it; leave it out',
  })
  .refine((list) => new Set(list.map(toCriterionKey)).size === list.length, { error: 'expected each name once' });

const HELD_OUT_SPLITS = new Set(['heldout', 'test', 'validation', 'valid', 'dev', 'eval']);
const TRAINING_SPLITS = new Set(['train', 'training']);

/**
 * Reads a query of a data file: a text, or an object with `query` (`question`, `instruction` with `input`, `prompt`) or `messages`.
 * The other fields are in docs/task.md. A field that nothing uses is kept under `metadata`.
 * @throws UserError that names the item, if it holds no query or a field that is nearly a known one
 */
export function parseQuery(item: unknown, place: string, fields: QueryFields = {}): Omit<Query, 'source'> {
  if (typeof item === 'string') return { text: requireFilled(item, 'query', place) };
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    throw new UserError(`${place}: expected a text or an object with "query", got ${formatValue(item)}`);
  const record = new FieldReader(item, place, fields);
  const messages = record.take('messages')?.value;
  const conversation = messages === undefined ? undefined : parseMessages(messages, place);
  if (conversation && record.take('query'))
    throw new UserError(`${place}: expected messages or a query, got both; leave one out`);
  const text = conversation?.text ?? joinQueryTexts(record, place, fields.query);
  const expected = record.take('expected')?.value;
  const criteria = record.take('criteria')?.value;
  const checks = record.take('checks')?.value;
  const ids = record.takeNamed('instruction_id_list')?.value;
  const instructed =
    ids === undefined ? [] : toInstructionChecks(parseCell(ids), parseCell(record.takeNamed('kwargs')?.value), place);
  const split = record.take('split')?.value;
  const tags = record.take('tags')?.value;
  const metadata = record.takeRest();
  return {
    text,
    ...(conversation?.context.length && { context: conversation.context }),
    ...toExpected(expected ?? conversation?.expected),
    ...(criteria !== undefined && { criteria: parseParts(QueryCriteria, criteria, `${place}, criteria`) }),
    ...((checks !== undefined || instructed.length > 0) && {
      checks: parseParts(z.array(Check), [...toList(parseCell(checks)), ...instructed], `${place}, checks`),
    }),
    ...(split !== undefined && isHeldOut(split, place) && { heldOut: true }),
    ...(tags !== undefined && { tags: parseTags(tags, place) }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

/** Hands out the fields of an item by their meaning, each once. */
class FieldReader {
  readonly #left: Map<string, unknown>;
  readonly #place: string;
  readonly #fields: QueryFields;

  constructor(item: object, place: string, fields: QueryFields) {
    this.#left = new Map(Object.entries(item).filter(([, value]) => value !== null && value !== undefined));
    [this.#place, this.#fields] = [place, fields];
  }

  /** The field that `queries.fields` names for a meaning, else the first with one of its names; undefined if there is none. */
  take(meaning: Exclude<QueryMeaning, 'metadata'>): { name: string; value: unknown } | undefined {
    return this.takeNamed(
      this.#fields[meaning] ?? FIELD_NAMES[meaning].find((one) => this.#findName(one) !== undefined),
    );
  }

  /** The field of a name, in any case. */
  takeNamed(wanted: string | undefined): { name: string; value: unknown } | undefined {
    const isWanted = (key: string): boolean => wanted !== undefined && normalizeName(key) === normalizeName(wanted);
    const name = wanted === undefined || this.#left.has(wanted) ? wanted : [...this.#left.keys()].find(isWanted);
    if (name === undefined || !this.#left.has(name)) return undefined;
    const value = this.#left.get(name);
    this.#left.delete(name);
    return { name, value };
  }

  /** The field of a name, in any case, unless `queries.fields` gives it a meaning of its own. */
  takeUnmapped(name: string): { name: string; value: unknown } | undefined {
    return this.takeNamed(this.#findName(name));
  }

  #findName(name: string): string | undefined {
    const mapped = new Set(Object.values(this.#fields).flat().map(normalizeName));
    return mapped.has(name) ? undefined : [...this.#left.keys()].find((key) => normalizeName(key) === name);
  }

  /** The names that are left. */
  get names(): string[] {
    return [...this.#left.keys()];
  }

  /** All that nothing uses, own `metadata` first. @throws UserError if a name is nearly a known one */
  takeRest(): Record<string, unknown> {
    const own = this.#left.get('metadata');
    this.#left.delete('metadata');
    if (own !== undefined && (typeof own !== 'object' || Array.isArray(own)))
      throw new UserError(`${this.#place}: expected metadata as an object, got ${formatValue(own)}`);
    for (const name of this.#left.keys()) {
      if (this.#fields.metadata?.some((other) => normalizeName(other) === normalizeName(name))) continue;
      const planned = PLANNED_NAMES.get(normalizeName(name));
      if (planned !== undefined)
        throw new UserError(
          `${this.#place}: expected known fields, got "${name}", which is not supported: ${planned}. If it means something else, list it in queries.fields.metadata`,
        );
      const meant = findNearField(name);
      if (meant !== undefined)
        throw new UserError(
          `${this.#place}: expected known fields, got "${name}". Did you mean "${meant}"? If it is another field, list it in queries.fields.metadata`,
        );
    }
    const twice = Object.keys(own ?? {}).find((name) => this.#left.has(name));
    if (twice !== undefined)
      throw new UserError(`${this.#place}: expected each field once, got "${twice}" in metadata too; leave one out`);
    return Object.fromEntries([...Object.entries(own ?? {}), ...this.#left]);
  }
}

const normalizeName = (name: string): string => name.trim().toLowerCase();

/** The known field that a name nearly matches: one letter apart, or two if the name is long. */
function findNearField(name: string): string | undefined {
  const typed = normalizeName(name).replaceAll(/[_\-\s]/g, '');
  const synonym = SYNONYMS.get(typed);
  if (synonym !== undefined || typed.length < 4) return synonym;
  return KNOWN_NAMES.find((known) => {
    const edits = leven(typed, known);
    return edits > 0 && edits <= (known.length >= 8 ? 2 : 1);
  });
}

/** The query's text; Alpaca's `input` is joined to its `instruction`. */
function joinQueryTexts(record: FieldReader, place: string, named?: string): string {
  const { names } = record;
  const found = record.take('query');
  if (!found)
    throw new UserError(
      named === undefined
        ? `${place}: expected a field query, question, instruction, prompt or messages, got ${listNames(names)}; name yours in queries.fields.query`
        : `${place}: expected the field "${named}", which queries.fields.query names, got ${listNames(names)}`,
    );
  const query = requireFilled(found.value, found.name, place);
  const input = normalizeName(found.name) === 'instruction' ? record.takeUnmapped('input')?.value : undefined;
  if (input !== undefined && typeof input !== 'string')
    throw new UserError(`${place}: expected input as a text, got ${formatValue(input)}`);
  return input === undefined || input.trim() === '' ? query : `${query}\n\n${input}`;
}

/** Names of fields for an error; one without a name is a column whose header is empty. */
const listNames = (names: readonly string[]): string => names.map((name) => name || '""').join(', ') || 'none';

function requireFilled(text: unknown, field: string, place: string): string {
  if (typeof text === 'string' && text.trim() !== '') return text;
  throw new UserError(`${place}: expected ${field} as a text that is not empty, got ${formatValue(text)}`);
}

/** Other values than texts are expected as JSON. */
function toExpected(value: unknown): { expected?: string } {
  if (value === undefined || value === '') return {};
  return { expected: typeof value === 'string' ? value : JSON.stringify(value) };
}

function isHeldOut(split: unknown, place: string): boolean {
  const name = String(split)
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');
  if (HELD_OUT_SPLITS.has(name)) return true;
  if (TRAINING_SPLITS.has(name)) return false;
  throw new UserError(`${place}: expected split "train" or "held-out", got ${formatValue(split)}`);
}

/** Reads criteria or checks: a list, or JSON in a table's cell. */
function parseParts<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const input = parseCell(value);
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new UserError(
    describeIssues(parsed.error, schema, input, place).map((line) =>
      line.startsWith(place) ? line : `${place}.${line}`,
    ),
  );
}

const Tags = z.union([
  z.array(z.string()),
  z.string().transform((text) =>
    text
      .split(/[,;]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
]);

function parseTags(tags: unknown, place: string): string[] {
  const { data } = Tags.safeParse(parseCell(tags));
  if (data) return data;
  throw new UserError(`${place}: expected tags as a list of texts, got ${formatValue(tags)}`);
}

const Part = z.strictObject({ type: z.literal('text'), text: z.string() });
const Content = z.union([z.string(), z.array(Part).transform((parts) => parts.map(({ text }) => text).join(''))], {
  error: 'expected a text, or a list of {type: "text", text}',
});
const ROLES: Readonly<Record<string, Turn['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  ai: 'assistant',
};
const Messages = z.array(
  z
    .strictObject({
      role: z.string().refine((role) => Object.hasOwn(ROLES, role), {
        error: 'expected system, user or assistant; turns of tools are not supported',
      }),
      content: Content,
    })
    .transform(({ role, content }): Turn => ({ role: ROLES[role] ?? 'user', content })),
);

/** The last user message is the query, what comes before is its context, and an answer after it is the expected one. */
function parseMessages(value: unknown, place: string): { text: string; context: Turn[]; expected?: string } {
  const turns = parseParts(Messages, value, `${place}, messages`);
  const last = turns.findLastIndex(({ role }) => role === 'user');
  const query = turns[last];
  if (!query)
    throw new UserError(
      `${place}: expected messages as a list of {role, content} with a text of the user, got ${formatValue(value)}`,
    );
  const after = turns
    .slice(last + 1)
    .map(({ content }) => content)
    .join('\n\n');
  return {
    text: requireFilled(query.content, 'the last user message', place),
    context: turns.slice(0, last),
    ...toExpected(after),
  };
}

/** A list, or nothing as an empty one; anything else is for the schema to refuse. */
const toList = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** A list or object in a table's cell is JSON. */
function parseCell(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
