import type { ReplyForm } from '../state/replyForm.ts';
import type { OutputMode, ParameterAdjustments } from './transport.ts';

interface NamedSchema {
  name: string;
  strict: true;
  schema: Record<string, unknown>;
}

/** The parameter `response_format` of a request. */
export interface ResponseFormat {
  response_format: { type: 'json_object' } | { type: 'json_schema'; json_schema: NamedSchema };
}

/** The keyword of a schema that some endpoints with structured output do not take. */
const LENGTH_KEYWORD = 'maxLength';

/** How a reply's form is requested at an endpoint that refused `adjustments`; nothing if it is requested as text. */
export function toResponseFormat(
  form: ReplyForm | undefined,
  output: OutputMode = 'text',
  adjustments: ParameterAdjustments = new Map(),
): ResponseFormat | Record<string, never> {
  const rung = output === 'auto' ? (adjustments.get('json_schema') ?? 'json_schema') : output;
  if (!form || rung === 'text') return {};
  if (rung === 'json_object') return { response_format: { type: 'json_object' } };
  const schema = adjustments.has(LENGTH_KEYWORD) ? withoutLengths(form.schema) : { ...form.schema };
  return { response_format: { type: 'json_schema', json_schema: { name: form.name, strict: true, schema } } };
}

/** What an endpoint may refuse of a request's `response_format`: its type, and a keyword of its schema. */
export function listFormatParts(body: object): string[] {
  const format: unknown = Reflect.get(body, 'response_format');
  if (typeof format !== 'object' || format === null) return [];
  const usesLengths = JSON.stringify(format).includes(`"${LENGTH_KEYWORD}":`);
  return [String(Reflect.get(format, 'type')), ...(usesLengths ? [LENGTH_KEYWORD] : [])];
}

const withoutLengths = (schema: ReplyForm['schema']): Record<string, unknown> =>
  JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === LENGTH_KEYWORD ? undefined : value)));
