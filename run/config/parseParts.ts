import type { z } from 'zod';
import { getErrorMessage } from '../../state/failure.ts';
import { describeIssues } from './describeIssues.ts';
import { formatValue, UserError } from './userError.ts';

/** Reads criteria, checks or messages: a list, or JSON in a table's cell. @throws UserError that names the place */
export function parseParts<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const input = parseCell(value, place);
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new UserError(
    describeIssues(parsed.error, schema, input, place).map((line) =>
      line.startsWith(place) ? line : `${place}.${line}`,
    ),
  );
}

/** Reads a list or object in a table's cell, which is JSON. @throws UserError that names the place */
export function parseCell(value: unknown, place: string): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    throw new UserError(`${place}: expected JSON, got ${formatValue(value)}: ${getErrorMessage(error)}`);
  }
}
