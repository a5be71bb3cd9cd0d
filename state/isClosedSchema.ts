import { dereference } from '@cfworker/json-schema';

const TYPES: readonly unknown[] = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'];

/** Whether a JSON schema can be used as it is: its types are known, its patterns are right, and its references are within it. */
export function isClosedSchema(schema: Readonly<Record<string, unknown>> | boolean): boolean {
  if (typeof schema === 'boolean') return true;
  try {
    const copy = structuredClone(schema);
    const parts = dereference(copy);
    return [...new Set(Object.values(parts))].every((part) => {
      if (typeof part === 'boolean') return true;
      const { type, pattern, patternProperties = {}, __absolute_ref__: reference } = part;
      if (pattern !== undefined) new RegExp(pattern, 'u').test('');
      for (const name of Object.keys(patternProperties)) new RegExp(name, 'u').test('');
      return (
        [type ?? []].flat().every((name) => TYPES.includes(name)) &&
        (part.$ref === undefined || Object.hasOwn(parts, reference ?? part.$ref))
      );
    });
  } catch {
    return false;
  }
}
