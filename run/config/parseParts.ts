import type { z } from 'zod';
import { describeIssues } from './describeIssues.ts';
import { UserError } from './userError.ts';

/** Reads criteria, checks or messages: a list, or JSON in a table's cell. @throws UserError that names the place */
export function parseParts<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const input = parseCell(value);
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new UserError(
    describeIssues(parsed.error, schema, input, place).map((line) =>
      line.startsWith(place) ? line : `${place}.${line}`,
    ),
  );
}

/** A list or object in a table's cell is JSON. */
export function parseCell(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
