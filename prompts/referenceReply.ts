import { z } from 'zod';
import type { Evaluation } from '../state/judgement.ts';
import type { ReadResult } from './reply.ts';
import { getErrorMessage } from '../state/failure.ts';

const ReferenceReply = z.record(z.string(), z.object({ rationale: z.unknown().optional(), score: z.unknown() }));

/**
 * Reads a judge's reply as the reference does. The whole text must be JSON, except for backticks and "json" at its ends.
 * Every key is an aspect, and scores go through Python's int(). Anything else is a failed judgement.
 */
export function readReferenceReply(text: string): ReadResult<Evaluation> {
  const json = strip(strip(strip(text.trim(), '`'), 'JSON'), 'json').trim();
  try {
    const reply = ReferenceReply.parse(JSON.parse(escapeControls(json)));
    const scores = Object.entries(reply).map(([aspect, { rationale, score: raw }]) => {
      const score = parsePythonInt(raw);
      if (score < 1 || score > 5) throw new RangeError('score out of range');
      return [
        aspect,
        { rationale: typeof rationale === 'string' ? rationale : JSON.stringify(rationale ?? ''), score },
      ] as const;
    });
    if (scores.length) return { value: Object.fromEntries(scores) };
    return { complaint: 'no aspect was scored' };
  } catch (error) {
    return {
      complaint: `the reference's parser fails on it: ${getErrorMessage(error)}`,
    };
  }
}

/** Python's str.strip(chars): any of the characters, from both ends. */
function strip(text: string, chars: string): string {
  let [start, end] = [0, text.length];
  while (start < end && chars.includes(text.charAt(start))) start++;
  while (end > start && chars.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Python's int(): a text must hold a whole number, with spaces around it at most; a number loses its fraction. */
function parsePythonInt(raw: unknown): number {
  if (typeof raw === 'number') return Math.trunc(raw);
  if (typeof raw === 'string' && /^\s*[+-]?\d+\s*$/.test(raw)) return Number(raw);
  throw new TypeError(`int() of ${JSON.stringify(raw)}`);
}

/** json.loads(strict=False) takes raw control characters inside strings; JSON.parse does not. Linear in the length. */
function escapeControls(json: string): string {
  let isString = false;
  let isEscaped = false;
  const escapeControl = (c: string): string => {
    if (c === '"' && !isEscaped) isString = !isString;
    isEscaped = isString && c === '\\' && !isEscaped;
    return isString && c < ' ' ? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}` : c;
  };
  return Array.from(json, escapeControl).join('');
}
