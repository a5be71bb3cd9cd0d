import { z } from 'zod';
import { normalizeAspectName } from '../state/aspects.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { Reward } from '../state/reward.ts';
import { listAspectEntries, readEntryScore, type AspectEntry } from './aspectEntries.ts';
import { isObject, listJsonValues } from './jsonValues.ts';
import { removeOpenedThoughts } from './thoughts.ts';

/** What was read from a reply: its value, or a complaint that can be sent back to the model. */
export type ReadResult<T> = { value: T } | { complaint: string };
export type ReplyReader<T> = (text: string) => ReadResult<T>;

/**
 * Creates a reader for replies of one shape. Of several objects the last one counts, since drafts come first. It may be in a
 * list or under a key, and its keys may differ in case and marks.
 */
export const createReplyReader =
  <T>(schema: z.ZodType<T>): ReplyReader<T> =>
  (text) => {
    const { values, complaint } = listReplyValues(text);
    const related = values.filter((value) => [value, ...listMembers(value)].some((part) => sharesKey(part, schema)));
    const last = related.at(-1) ?? values.findLast(isObject) ?? values.at(-1);
    if (complaint !== undefined || last === undefined) return { complaint: complaint ?? NO_OBJECT };
    const whole = schema.safeParse(renameKeys(last, schema));
    if (whole.success) return { value: whole.data };
    const inner = listMembers(last).flatMap((member) => schema.safeParse(renameKeys(member, schema)).data ?? []);
    if (inner.length > 1) return { complaint: 'the reply held several objects of this form' };
    return inner[0] === undefined ? { complaint: describeSchemaError(whole.error) } : { value: inner[0] };
  };

/** Creates a reader for replies that are one JSON value in a form of their own: of several values the last one that `read` takes counts. */
export const createJsonReader =
  <T>(read: (value: unknown) => ReadResult<T>): ReplyReader<T> =>
  (text) => {
    const { values, complaint } = listReplyValues(text);
    if (complaint !== undefined) return { complaint };
    const readings = values.map(read);
    return readings.findLast((reading) => 'value' in reading) ?? readings.at(-1) ?? { complaint: NO_OBJECT };
  };

/**
 * Creates a reader for a judge's reply: each requested reward needs 1 to 5 points or "N/A"; other keys are ignored. Of
 * several judgements the last one counts. One that is spread over several objects is read as a whole.
 */
export const createEvaluationReader =
  (rewards: readonly Reward[]): ReplyReader<Evaluation> =>
  (text) => {
    const { values, complaint } = listReplyValues(text);
    if (complaint !== undefined) return { complaint };
    const names = rewards.map(({ name }) => name);
    const parts = values.map((value) => listAspectEntries(value, names)).filter((entries) => entries.length > 0);
    const last = readEvaluation(names, parts.at(-1) ?? []);
    if ('value' in last || parts.length < 2) return last;
    const joined = readEvaluation(names, parts.flat());
    return 'value' in joined ? joined : last;
  };

function readEvaluation(names: readonly string[], entries: readonly AspectEntry[]): ReadResult<Evaluation> {
  const problems: string[] = [];
  const scores = names.flatMap((name) => {
    const own = entries.filter((e) => e.name === name).map(({ entry }) => readEntryScore(entry));
    const read = own.filter(({ score }) => score !== undefined);
    if (own.length === 0) problems.push(`"${name}" was missing`);
    else if (read.length === 0) problems.push(`the score of "${name}" was not a number from 1 to 5`);
    else if (read.some(({ score }) => score !== read[0]?.score)) problems.push(`"${name}" had several scores`);
    const { rationale = '', score } = read.at(-1) ?? {};
    return typeof score === 'number' ? [[name, { rationale: removeOpenedThoughts(rationale), score }] as const] : [];
  });
  if (problems.length) return { complaint: problems.join('; ') };
  if (scores.length === 0) return { complaint: 'no aspect was scored' };
  return { value: Object.fromEntries(scores) };
}

const NO_OBJECT = 'the reply held no JSON object';

/** The values of a reply, or why there are none that count. */
function listReplyValues(text: string): { values: unknown[]; complaint?: string } {
  const { values, cutOff } = listJsonValues(text);
  if (cutOff !== null) return { values: [], complaint: cutOff };
  if (values.length === 0) return { values, complaint: text.trim() === '' ? 'the reply was empty' : NO_OBJECT };
  return { values };
}

/** The objects in a list or in an object. */
const listMembers = (value: unknown): Record<string, unknown>[] =>
  (Array.isArray(value) ? value : Object.values(value ?? {})).filter(isObject);

const listKeys = (schema: z.ZodType): string[] => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);

const sharesKey = (value: unknown, schema: z.ZodType): boolean =>
  isObject(value) && listKeys(schema).some((wanted) => findKey(value, wanted) !== undefined);

/** An object's own key that differs from the one wanted in case and marks at most. */
const findKey = (object: Record<string, unknown>, wanted: string): string | undefined =>
  Object.hasOwn(object, wanted)
    ? wanted
    : Object.keys(object).find((key) => normalizeAspectName(key) === normalizeAspectName(wanted));

/** The value with its keys spelt as the schema spells them. */
function renameKeys(value: unknown, schema: unknown): unknown {
  if (!isObject(value) || !(schema instanceof z.ZodObject)) return value;
  const spellings = new Map(listKeys(schema).map((wanted) => [findKey(value, wanted), wanted] as const));
  const entries = Object.entries(value).map(([key, inner]) => {
    const wanted = spellings.get(key) ?? key;
    return [wanted, Object.hasOwn(schema.shape, wanted) ? renameKeys(inner, schema.shape[wanted]) : inner] as const;
  });
  return Object.fromEntries(entries);
}

const describeSchemaError = (error: z.ZodError): string =>
  error.issues.map((i) => `${i.path.join('.') || 'the reply'}: ${i.message}`).join('; ');
