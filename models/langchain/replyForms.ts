import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { toClaudeSchema, toGeminiSchema } from './replySchemas.ts';
import { findInnerModel } from './suppliedModel.ts';
import { listFormatParts, toResponseFormat, type ResponseFormat } from '../responseFormat.ts';
import type { ModelRequest, OutputMode, ParameterAdjustments } from '../transport.ts';

type Format = ResponseFormat['response_format'];

/**
 * How a class of LangChain takes the form of a reply: as options of a call. Its `withStructuredOutput` is not used, because it
 * throws away replies that were cut or that hold more than JSON.
 */
export interface FormClass {
  /** What is requested after each form that an endpoint refuses. */
  successors: Readonly<Record<string, string>>;
  toOptions: (format: Format, model: BaseChatModel) => object;
}

const ALL_RUNGS = { json_schema: 'json_object', json_object: 'text' };
const SCHEMA_ONLY = { json_schema: 'text' };

/** The classes that extend ChatOpenAI. A format that they recognize makes them parse the reply, and throw it away if it was cut. */
export const OPENAI_FORMS: FormClass = {
  successors: ALL_RUNGS,
  toOptions: (format, model) =>
    usesResponses(model)
      ? { text: { format: hideType('json_schema' in format ? { ...format.json_schema, type: format.type } : format) } }
      : { response_format: hideType(format) },
};

/** Anthropic's API has no form without a schema. */
export const CLAUDE_FORMS: FormClass = {
  successors: SCHEMA_ONLY,
  toOptions: (format) => ({
    outputConfig: { format: { type: 'json_schema', schema: toClaudeSchema(getSchema(format)) } },
  }),
};

/** Gemini's class takes JSON without a schema in its constructor only. */
export const GEMINI_FORMS: FormClass = {
  successors: SCHEMA_ONLY,
  toOptions: (format) => ({ responseSchema: toGeminiSchema(getSchema(format)) }),
};

export const OLLAMA_FORMS: FormClass = {
  successors: ALL_RUNGS,
  toOptions: (format) => ({ format: format.type === 'json_object' ? 'json' : getSchema(format) }),
};

/** Mistral's SDK has names of its own, which it turns into those of the wire. */
export const MISTRAL_FORMS: FormClass = {
  successors: ALL_RUNGS,
  toOptions(format) {
    if (format.type === 'json_object') return { response_format: format };
    const { schema: schemaDefinition, ...named } = format.json_schema;
    return { response_format: { type: format.type, jsonSchema: { ...named, schemaDefinition } } };
  },
};

const CLASSES: Readonly<Record<string, FormClass>> = {
  anthropic: CLAUDE_FORMS,
  googlegenerativeai: GEMINI_FORMS,
  ollama: OLLAMA_FORMS,
  mistral_ai: MISTRAL_FORMS,
};

/** How the class of a model takes the form of a reply; undefined if that is not known. */
export function findFormClass(model: BaseChatModel): FormClass | undefined {
  const inner = findInnerModel(model);
  return '_getResponseFormat' in inner ? OPENAI_FORMS : CLASSES[inner._llmType()];
}

/** Says which forms a class takes if it does not take the one that is asked for. */
export function findUntakenForm(forms: FormClass | undefined, output: OutputMode): string | undefined {
  if (output === 'auto' || output === 'text' || Object.hasOwn(forms?.successors ?? {}, output)) return undefined;
  const taken = ['auto', ...Object.keys(forms?.successors ?? {}), 'text'].map((name) => `"${name}"`).join(', ');
  return `expected one of ${taken}, got "${output}"; the class in LangChain takes no other form`;
}

/** The options of a call that request a form, and what its endpoint may refuse of them. */
export function toFormOptions(
  forms: FormClass | undefined,
  model: BaseChatModel,
  { form }: ModelRequest,
  output: OutputMode | undefined,
  adjustments: ParameterAdjustments,
): { options: object; parts: string[] } {
  const body = toResponseFormat(form, output, adjustments);
  if (!forms || !('response_format' in body)) return { options: {}, parts: [] };
  const options = forms.toOptions(body.response_format, model);
  const [rung = '', ...keywords] = listFormatParts(body);
  return { options, parts: [rung, ...keywords.filter((keyword) => JSON.stringify(options).includes(`"${keyword}":`))] };
}

const getSchema = (format: Format): Record<string, unknown> =>
  'json_schema' in format ? format.json_schema.schema : {};

/** A value that is itself on the wire only. */
const hideType = (value: object): object => ({ toJSON: () => value });

function usesResponses(model: BaseChatModel): boolean {
  const uses: unknown = Reflect.get(model, '_useResponsesApi');
  return typeof uses === 'function' && Boolean(Reflect.apply(uses, model, [{}]));
}
