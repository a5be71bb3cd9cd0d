import { Validator } from '@cfworker/json-schema';
import { getErrorMessage } from '../../state/failure.ts';
import { toResult, type CheckResult } from './checkResult.ts';
import { findJsonObjects } from './findJsonObjects.ts';

/** A JSON schema: an object, or true for any JSON. */
type Schema = Record<string, unknown> | boolean;

/** Faults of a JSON schema that a remark lists at most. */
const MAX_FAULTS = 5;

/** Whether a response is JSON of a schema, and nothing else. */
export function checkJson(response: string, schema: Schema): CheckResult {
  let parsed: unknown;
  try {
    parsed = JSON.parse(response);
  } catch (error) {
    const fenced = /^\s*```/.test(response) ? 'it is in a code fence; ' : '';
    return toResult(false, `expected JSON and nothing else: ${fenced}${getErrorMessage(error)}`);
  }
  return compareToSchema(parsed, schema);
}

/** Whether one of the JSON objects within a response is of a schema. */
export async function findValidJson(response: string, schema: Schema, form: 'json' | 'relaxed'): Promise<CheckResult> {
  const objects = await findJsonObjects(response, form);
  if (objects.length === 0) return toResult(false, 'expected a JSON object within the response, got none');
  const results = objects.map((object) => compareToSchema(object, schema));
  return results.find(({ share }) => share === 1) ?? results[0] ?? toResult(false, '');
}

function compareToSchema(parsed: unknown, schema: Schema): CheckResult {
  const { valid, errors } = new Validator(schema, '2020-12', false).validate(parsed);
  const faults = errors.filter(({ keyword }) => keyword !== 'properties' && keyword !== 'items').slice(0, MAX_FAULTS);
  return toResult(
    valid,
    valid ? 'the JSON is right' : faults.map((f) => `${f.instanceLocation}: ${f.error}`).join(' '),
  );
}
