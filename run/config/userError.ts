import { redactCredentials } from '../../models/credentials.ts';

/** A mistake in usage, config or data. It is printed as one line per fault, without a stack, and gives exit code 2. */
export class UserError extends Error {
  override name = 'UserError';
  readonly faults: readonly string[];

  constructor(faults: string | readonly string[]) {
    const list = typeof faults === 'string' ? [faults] : faults;
    super(list.join('\n'));
    this.faults = list;
  }
}

/** A value as errors show it: on one line, in 80 characters at most, and without keys. */
export function formatValue(value: unknown): string {
  const text = redactCredentials(value === undefined ? 'nothing' : toText(value));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** A value that holds itself, or that is nested too deeply, has no JSON. */
function toText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return Array.isArray(value) ? 'a list' : 'an object';
  }
}
