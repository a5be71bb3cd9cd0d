import { z } from 'zod';

/** The characters that a reply's free texts may have, all together. */
export const DEFAULT_REPLY_CHARS = 6000;

/** A text in a reply's form, of at most `chars` characters. A model that repeats itself is so kept from reaching its limit. */
export const makeTextSchema = (chars: number, most = 1000): z.ZodString =>
  z.string().max(Math.max(80, Math.min(most, Math.floor(chars))));

/** JSON schemas of forms by what they depend on. Making one takes as long as a fifth of a call's own work. */
const schemas = new Map<string, Record<string, unknown>>();
const MAX_SCHEMAS = 200;

/** The JSON schema of a form, made once for each key. @param key names the form and all that it depends on */
export function getJsonSchema(key: string, createForm: () => z.ZodType): Record<string, unknown> {
  const known = schemas.get(key);
  if (known) return known;
  if (schemas.size >= MAX_SCHEMAS) schemas.clear();
  const schema = toJsonSchema(createForm());
  schemas.set(key, schema);
  return schema;
}

/** A form as JSON schema: every key is required, and no other is allowed. */
export function toJsonSchema(form: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(form);
  return schema;
}
