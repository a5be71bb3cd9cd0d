import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What of a run's result must not depend on what happened on the way: all but times, retries and faults. */
export function readLastingResult(out: string): string {
  const {
    seconds: _,
    retries: __,
    failures: ___,
    ...rest
  } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Record<string, unknown>;
  return JSON.stringify(rest);
}

/** A short name of that result, to print. */
export const hashLastingResult = (out: string): string =>
  createHash('sha256').update(readLastingResult(out)).digest('hex').slice(0, 12);
