import { z } from 'zod';
import { Check } from '../../state/check.ts';
import { Criterion, toCriterionKey } from '../../state/criterion.ts';
import type { Query } from '../../state/example.ts';
import { FieldReader } from './fieldReader.ts';
import { parseMessages } from './parseMessages.ts';
import { parseCell, parseParts } from './parseParts.ts';
import { normalizeName, type QueryFields } from './queryFields.ts';
import { requireFilled } from './requireFilled.ts';
import { toInstructionChecks } from './toInstructionChecks.ts';
import { formatValue, UserError } from './userError.ts';

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
  const weight = record.take('weight')?.value;
  const ids = record.takeNamed('instruction_id_list')?.value;
  const instructed =
    ids === undefined
      ? []
      : toInstructionChecks(parseCell(ids, place), parseCell(record.takeNamed('kwargs')?.value, place), place);
  const split = record.take('split')?.value;
  const tags = record.take('tags')?.value;
  const metadata = record.takeRest();
  return {
    text,
    ...(conversation?.context.length && { context: conversation.context }),
    ...toExpected(expected ?? conversation?.expected),
    ...(criteria !== undefined && { criteria: parseParts(QueryCriteria, criteria, `${place}, criteria`) }),
    ...((checks !== undefined || instructed.length > 0) && {
      checks: parseParts(
        z.array(Check),
        [...toList(parseCell(checks, `${place}, checks`)), ...instructed],
        `${place}, checks`,
      ),
    }),
    ...(weight !== undefined && weight !== '' && { weight: parseWeight(weight, place) }),
    ...(split !== undefined && isHeldOut(split, place) && { heldOut: true }),
    ...(tags !== undefined && { tags: parseTags(tags, place) }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

/** The query's text; Alpaca's `input` is joined to its `instruction`. */
function joinQueryTexts(record: FieldReader, place: string, named?: string): string {
  const { names } = record;
  const found = record.take('query');
  if (!found)
    throw new UserError(
      named === undefined
        ? `${place}: expected a field query, question, instruction, prompt or messages, got ${listNames(names)}; fill it, or name yours in queries.fields.query`
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

/** Other values than texts are expected as JSON. */
function toExpected(value: unknown): { expected?: string } {
  if (value === undefined || (typeof value === 'string' && value.trim() === '')) return {};
  return { expected: typeof value === 'string' ? value : JSON.stringify(value) };
}

/** A table's cell holds the number as a text. */
function parseWeight(weight: unknown, place: string): number {
  const number = typeof weight === 'string' && weight.trim() !== '' ? Number(weight) : weight;
  if (typeof number === 'number' && Number.isFinite(number) && number > 0) return number;
  throw new UserError(
    `${place}: expected weight as a number above 0, got ${formatValue(weight)}; leave the query out if it is not to count`,
  );
}

function isHeldOut(split: unknown, place: string): boolean {
  const name = String(split)
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');
  if (HELD_OUT_SPLITS.has(name)) return true;
  if (TRAINING_SPLITS.has(name)) return false;
  throw new UserError(`${place}: expected split "train" or "held-out", got ${formatValue(split)}`);
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
  const { data } = Tags.safeParse(parseCell(tags, `${place}, tags`));
  if (data) return data;
  throw new UserError(`${place}: expected tags as a list of texts, got ${formatValue(tags)}`);
}

/** A list, or nothing as an empty one; anything else is for the schema to refuse. */
const toList = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
