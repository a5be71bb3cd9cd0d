import { formatValue, UserError } from './userError.ts';

/** A text that is not empty. @throws UserError that names the field */
export function requireFilled(text: unknown, field: string, place: string): string {
  if (typeof text === 'string' && text.trim() !== '') return text;
  throw new UserError(`${place}: expected ${field} as a text that is not empty, got ${formatValue(text)}`);
}
