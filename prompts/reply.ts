import { jsonrepair } from 'jsonrepair';
import { z } from 'zod';
import { normalizeAspectName } from '../state/aspects.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { Reward } from '../state/reward.ts';

/** What was read from a reply: its value, or a complaint that can be sent back to the model. */
export type ReadResult<T> = { value: T } | { complaint: string };
export type ReplyReader<T> = (text: string) => ReadResult<T>;

/** Reads the JSON object in a reply. Accepts prose and fences around it, trailing commas, single quotes and raw newlines. */
export function readJsonObject(text: string): ReadResult<Record<string, unknown>> {
  const answer = text.replace(/^\s*<think>[\s\S]*?<\/think>/, '');
  const start = answer.indexOf('{');
  const end = answer.lastIndexOf('}');
  if (start < 0) return { complaint: text.trim() === '' ? 'the reply was empty' : 'the reply held no JSON object' };
  if (end < start) return { complaint: 'the JSON object was cut off before its end' };
  for (const parse of [JSON.parse, (s: string): unknown => JSON.parse(jsonrepair(s))]) {
    try {
      const value: unknown = parse(answer.slice(start, end + 1));
      if (isObject(value)) return { value };
    } catch {
      // jsonrepair is tried next
    }
  }
  return { complaint: 'the JSON could not be parsed' };
}

/** Creates a reader for replies of one shape. */
export const createReplyReader =
  <T>(schema: z.ZodType<T>): ReplyReader<T> =>
  (text) => {
    const object = readJsonObject(text);
    if ('complaint' in object) return object;
    const parsed = schema.safeParse(object.value);
    return parsed.success ? { value: parsed.data } : { complaint: describeSchemaError(parsed.error) };
  };

/**
 * Reads a score of 1 to 5 points in any of a judge's spellings: 4, "4", 4.5, "4/5", "4 out of 5", "**4**". Null for "N/A"
 * (the aspect does not apply), undefined for anything else.
 */
export function readPoints(raw: unknown): number | null | undefined {
  if (typeof raw === 'string' && /^\W*(n\s*\/?\s*a|not applicable|none)\W*$/i.test(raw)) return null;
  const text = typeof raw === 'number' ? String(raw) : typeof raw === 'string' ? raw : '';
  const match = /^[^\d-]*(\d+(?:[.,]\d+)?)\s*(?:(?:\/|out of|of)\s*(\d+))?[^\d]*$/i.exec(text);
  if (!match || (match[2] !== undefined && match[2] !== '5')) return undefined;
  const points = Number(match[1]?.replace(',', '.'));
  return points >= 1 && points <= 5 ? points : undefined;
}

/** Reads one aspect's entry in a judge's reply: an object with a score and a rationale or reason, or a score alone. */
function readScore(entry: unknown): { rationale: string; score: number | null | undefined } {
  if (!isObject(entry)) return { rationale: '', score: readPoints(entry) };
  const rationale = entry['rationale'] ?? entry['reason'] ?? entry['explanation'] ?? '';
  return {
    rationale: typeof rationale === 'string' ? rationale : JSON.stringify(rationale),
    score: readPoints(entry['score'] ?? entry['rating'] ?? entry['points']),
  };
}

/** Creates a reader for a judge's reply: each requested reward needs 1 to 5 points or "N/A"; other keys are ignored. */
export const createEvaluationReader =
  (rewards: readonly Reward[]): ReplyReader<Evaluation> =>
  (text) => {
    const object = readJsonObject(text);
    if ('complaint' in object) return object;
    const values = Object.values(object.value);
    const entries = Object.entries(
      values.length === 1 && isObject(values[0]) && !('score' in values[0]) && !hasRewardKey(rewards, object.value)
        ? values[0]
        : object.value,
    );
    const problems: string[] = [];
    const scores = rewards.flatMap(({ name }) => {
      const entry = entries.find(([key]) => normalizeAspectName(key) === normalizeAspectName(name));
      const { rationale, score } = readScore(entry?.[1]);
      if (score === undefined)
        problems.push(entry ? `the score of "${name}" was not a number from 1 to 5` : `"${name}" was missing`);
      return typeof score === 'number' ? [[name, { rationale, score }] as const] : [];
    });
    if (problems.length) return { complaint: problems.join('; ') };
    if (scores.length === 0) return { complaint: 'no aspect was scored' };
    return { value: Object.fromEntries(scores) };
  };

const hasRewardKey = (rewards: readonly Reward[], object: Record<string, unknown>): boolean =>
  Object.keys(object).some((key) => rewards.some((r) => normalizeAspectName(r.name) === normalizeAspectName(key)));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const describeSchemaError = (error: z.ZodError): string =>
  error.issues.map((i) => `${i.path.join('.') || 'the reply'}: ${i.message}`).join('; ');
