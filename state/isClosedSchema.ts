import { dereference } from '@cfworker/json-schema';
import leven from 'leven';

const TYPES: readonly unknown[] = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'];

const NUMBERS =
  /^(?:minimum|maximum|exclusiveMinimum|exclusiveMaximum|multipleOf|(?:min|max)(?:Length|Items|Properties|Contains))$/;
const LISTS = /^(?:required|enum|allOf|anyOf|oneOf|prefixItems)$/;
const OBJECTS = /^(?:properties|patternProperties|\$defs|definitions|dependentSchemas|dependentRequired)$/;

/** Keywords whose misspelling would leave a rule out without a word. */
const RULES = [
  'properties',
  'required',
  'additionalProperties',
  'patternProperties',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'pattern',
];

/** Whether a keyword has a value of its kind, and is no misspelt rule. */
function isRightKeyword([name, value]: readonly [string, unknown]): boolean {
  if (NUMBERS.test(name)) return typeof value === 'number';
  if (LISTS.test(name)) return Array.isArray(value);
  if (OBJECTS.test(name)) return typeof value === 'object' && value !== null && !Array.isArray(value);
  return RULES.includes(name) || !RULES.some((rule) => leven(name, rule) <= 2);
}

/** Whether a JSON schema can be used as it is: its types and keywords are known, its patterns are right, and its references are within it. */
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
        Object.entries(part).every(isRightKeyword) &&
        [type ?? []].flat().every((name) => TYPES.includes(name)) &&
        (part.$ref === undefined || Object.hasOwn(parts, reference ?? part.$ref))
      );
    });
  } catch {
    return false;
  }
}
