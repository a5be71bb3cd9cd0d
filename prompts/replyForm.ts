import { z } from 'zod';

/** The characters that a reply's free texts may have, all together. */
export const DEFAULT_REPLY_CHARS = 6000;

/** A text in a reply's form, of at most `chars` characters. A model that repeats itself is so kept from reaching its limit. */
export const makeTextSchema = (chars: number, most = 1000): z.ZodString =>
  z.string().max(Math.max(80, Math.min(most, Math.floor(chars))));

/** A form as JSON schema: every key is required, and no other is allowed. */
export function toJsonSchema(form: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(form);
  return schema;
}
