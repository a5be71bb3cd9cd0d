import { ChatAnthropic } from '@langchain/anthropic';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatOllama } from '@langchain/ollama';
import { AzureChatOpenAI, ChatOpenAI } from '@langchain/openai';
import { describe, expect, it } from '@jest/globals';
import { initChatModel } from 'langchain/chat_models/universal';
import { z } from 'zod';
import { Gateway, ModelsConfig, createModels, toChatTransport } from '../../../models/index.ts';
import { findChatModelModule } from '../../../models/langchain/chatModelPackages.ts';
import { createProviderChat } from '../../../models/langchain/providerChat.ts';
import type { ProviderName } from '../../../models/providers.ts';
import type { OutputMode, Transport } from '../../../models/transport.ts';
import { createJudgeForm } from '../../../prompts/judge.ts';
import { toJsonSchema } from '../../../prompts/replyForm.ts';
import type { ReplyForm } from '../../../state/replyForm.ts';
import { chat, serve, type Answering, type Seen } from '../fake.ts';
import { claudeReply, createAnthropicServer, geminiError, geminiReply, ollamaReply } from './providerServers.ts';

const REWARDS = ['Helpfulness', 'Clarity'].map((name) => ({ name, scoring: '' }));
const schema = toJsonSchema(createJudgeForm(REWARDS, 600));
const form: ReplyForm = { name: 'judge', schema, isReadable: (text) => text.includes('{') };
const JSON_TEXT = '{"Helpfulness": 4}';

type Kind = 'openai' | 'azure_openai' | 'anthropic' | 'google-genai' | 'ollama';
/** How a server of each kind answers, refuses, and what of its requests holds the form. */
interface Wire {
  reply: (text: string, isCut?: boolean) => object;
  refuse: (message: string) => object;
  read: (body: Record<string, unknown>) => unknown;
}
const refuse = (message: string): object => ({ status: 400, body: { error: { message } } });
const openai: Wire = {
  reply(text, isCut) {
    const body = z.looseObject({ choices: z.array(z.looseObject({})) }).parse(chat(text));
    return { ...body, choices: body.choices.map((c) => ({ ...c, finish_reason: isCut ? 'length' : 'stop' })) };
  },
  refuse,
  read: (body) => body['response_format'],
};
const WIRES: Record<Kind, Wire> = {
  openai,
  azure_openai: openai,
  anthropic: {
    reply: (text, isCut) => claudeReply(text, { stop_reason: isCut ? 'max_tokens' : 'end_turn' }),
    refuse: (message) => ({ status: 400, body: { type: 'error', error: { type: 'invalid_request_error', message } } }),
    read: (body) => Object(body['output_config']).format,
  },
  'google-genai': {
    reply: (text, isCut) => geminiReply([{ text }], isCut ? 'MAX_TOKENS' : 'STOP'),
    refuse: (message) => geminiError(400, message),
    read: (body) => Object(body['generationConfig']).responseSchema,
  },
  ollama: {
    reply: (text, isCut) => ollamaReply(text, { done_reason: isCut ? 'length' : 'stop' }),
    refuse: (message) => ({ status: 400, body: { error: message } }),
    read: (body) => body['format'],
  },
};

/** A model that a caller made, of each class. */
function createOwn(kind: Kind, url: string): BaseChatModel {
  const root = url.replace(/\/v1$/, '');
  if (kind === 'openai') return new ChatOpenAI({ model: 'm', apiKey: 'k', configuration: { baseURL: url } });
  if (kind === 'anthropic') return new ChatAnthropic({ model: 'claude-haiku-4-5', apiKey: 'k', anthropicApiUrl: root });
  if (kind === 'google-genai') return new ChatGoogleGenerativeAI({ model: 'gemini-3', apiKey: 'k', baseUrl: root });
  if (kind === 'ollama') return new ChatOllama({ model: 'm', baseUrl: root });
  return new AzureChatOpenAI({
    azureOpenAIApiKey: 'k',
    azureOpenAIEndpoint: root,
    azureOpenAIApiDeploymentName: 'm',
    azureOpenAIApiVersion: '1',
  });
}

/** The model that a config names. */
function createNamed(provider: ProviderName, url: string, output: OutputMode): Transport & { kind: 'chat' } {
  const settings = { provider, model: 'claude-haiku-4-5', apiKey: 'k', query: { 'api-version': '1' }, output };
  const { query, ...others } = settings;
  const sent = provider === 'azure_openai' ? { ...others, query } : others;
  const baseUrl = url.replace(/\/v1$/, '');
  return createProviderChat({ ...sent, baseUrl }, findChatModelModule(provider) ?? '', 'models.judge.provider');
}

type Source = 'own' | 'named';
const TRIED: [Kind, Source][] = [
  ['openai', 'own'],
  ['azure_openai', 'own'],
  ['azure_openai', 'named'],
  ['anthropic', 'own'],
  ['anthropic', 'named'],
  ['google-genai', 'own'],
  ['google-genai', 'named'],
  ['ollama', 'own'],
  ['ollama', 'named'],
];

const createTransport = (kind: Kind, source: Source, url: string, output: OutputMode): Transport & { kind: 'chat' } =>
  source === 'own' || kind === 'openai'
    ? toChatTransport(createOwn(kind, url), {}, output)
    : createNamed(kind, url, output);

/** Asks eight questions at once that want JSON, at a server that answers by `answer`. */
async function askEight(
  kind: Kind,
  source: Source,
  answer: (form: unknown, i: number) => object | undefined,
  output: OutputMode = 'auto',
) {
  const { reply, read } = WIRES[kind];
  const { url, seen } = await serve(({ body }, i) => answer(read(body), i) ?? reply(JSON_TEXT));
  const gateway = new Gateway({ random: () => 0, concurrency: 8 });
  const judge = gateway.manage('judge', createTransport(kind, source, url, output), { maxRetries: 2 });
  const asked = Array.from({ length: 8 }, (_, i) => judge.generate([[new HumanMessage(`q${i}`)]], { form }));
  const replies = (await Promise.all(asked)).map(({ generations }) => generations[0]?.[0]);
  const forms = seen.map(({ body }: Seen) => read(body));
  return { replies, forms, seen, totals: gateway.getUsageTotals() };
}

const texts = (replies: readonly ({ text: string } | undefined)[]): string[] => replies.map((r) => r?.text ?? '');
const EIGHT = Array.from({ length: 8 }, () => JSON_TEXT);

/** A schema of two aspects as each API takes it. */
const aspect = (score: object, more: object = { additionalProperties: false }, rationale: object = {}) => ({
  type: 'object',
  properties: { rationale: { type: 'string', ...rationale }, score: { type: 'integer', ...score } },
  required: ['rationale', 'score'],
  ...more,
});
const names = ['Helpfulness', 'Clarity'];
const CLAUDE_ASPECT = aspect({ enum: [1, 2, 3, 4, 5] });
const GEMINI_ASPECT = aspect(
  { minimum: 1, maximum: 5 },
  { propertyOrdering: ['rationale', 'score'] },
  { maxLength: 300 },
);
const object = { type: 'object', required: names };
const FORMS: Record<Kind, unknown> = {
  openai: { type: 'json_schema', json_schema: { name: 'judge', strict: true, schema } },
  azure_openai: { type: 'json_schema', json_schema: { name: 'judge', strict: true, schema } },
  anthropic: {
    type: 'json_schema',
    schema: {
      ...object,
      properties: { Helpfulness: CLAUDE_ASPECT, Clarity: CLAUDE_ASPECT },
      additionalProperties: false,
    },
  },
  'google-genai': {
    ...object,
    properties: { Helpfulness: GEMINI_ASPECT, Clarity: GEMINI_ASPECT },
    propertyOrdering: names,
  },
  ollama: schema,
};

describe('the form of a reply', () => {
  it.each(TRIED)('is requested of %s (%s) as its API takes it', async (kind, source) => {
    const { replies, forms, totals } = await askEight(kind, source, () => undefined);
    expect(texts(replies)).toEqual(EIGHT);
    expect(forms).toEqual(forms.map(() => FORMS[kind]));
    expect([forms.length, totals.adjustments]).toEqual([8, []]);
  });

  it.each(TRIED)('of %s (%s) leaves a reply that was cut as it is', async (kind, source) => {
    const { reply } = WIRES[kind];
    const { replies, forms } = await askEight(kind, source, () => reply('{"Helpfulness": {"rat', true));
    expect(new Set(texts(replies))).toEqual(new Set(['{"Helpfulness": {"rat']));
    expect(new Set(replies.map((r) => String(r?.generationInfo?.['finish_reason'])))).toEqual(new Set(['length']));
    expect(forms).toHaveLength(8);
  });

  it.each(TRIED)('of %s (%s) leaves a reply that is no JSON as it is', async (kind, source) => {
    const text = 'I think {it} is fine.\n```json\n{"Helpfulness": 4}\n```';
    const { replies, forms } = await askEight(kind, source, () => WIRES[kind].reply(text));
    expect(new Set(texts(replies))).toEqual(new Set([text]));
    expect(forms).toHaveLength(8);
  });

  it.each(TRIED)('is not requested of %s (%s) if text is', async (kind, source) => {
    const { forms } = await askEight(kind, source, () => undefined, 'text');
    expect(forms).toEqual(forms.map(() => undefined));
  });

  it('is part of no call of a class of which that is not known', async () => {
    class Theirs extends BaseChatModel {
      seen: object[] = [];
      override _llmType(): string {
        return 'theirs';
      }
      override _generate(_: unknown, options: object) {
        this.seen.push(options);
        return Promise.resolve({ generations: [{ text: 'x', message: new AIMessage('x') }] });
      }
    }
    const theirs = new Theirs({});
    const transport = toChatTransport(theirs);
    const judge = new Gateway().manage('judge', transport);
    await judge.generate([[new HumanMessage('q')]], { form });
    expect(transport.output).toBeUndefined();
    expect(JSON.stringify(theirs.seen)).not.toContain('Helpfulness');
  });

  it('is requested of a model of initChatModel, and of one behind the Responses API', async () => {
    const ollama = await serve(() => ollamaReply(JSON_TEXT));
    const made = await initChatModel('m', { modelProvider: 'ollama', baseUrl: ollama.url.replace('/v1', '') });
    await new Gateway().manage('judge', toChatTransport(made)).generate([[new HumanMessage('q')]], { form });
    expect(ollama.seen.map(({ body }) => body['format'])).toEqual([schema]);
    const content = [{ type: 'output_text', text: '{"Helpf', annotations: [] }];
    const output = [{ type: 'message', id: 'm', role: 'assistant', status: 'incomplete', content }];
    const incomplete = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    const server = await serve(() => ({ body: { id: 'r', object: 'response', model: 'm', output, ...incomplete } }));
    const model = new ChatOpenAI({
      model: 'm',
      apiKey: 'k',
      useResponsesApi: true,
      configuration: { baseURL: server.url },
    });
    const judge = new Gateway().manage('judge', toChatTransport(model));
    const { generations } = await judge.generate([[new HumanMessage('q')]], { form });
    expect(generations[0]?.[0]?.text).toBe('{"Helpf');
    expect(server.seen.map(({ path, body }) => [path, body['text']])).toEqual([
      ['/v1/responses', { format: { type: 'json_schema', name: 'judge', strict: true, schema } }],
    ]);
  });
});

/** Messages with which APIs refuse a schema, JSON without one, and lengths. */
const REFUSALS: [Kind, string][] = [
  ['openai', "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."],
  [
    'azure_openai',
    'response_format value as json_schema is enabled only for api versions 2024-08-01-preview and later',
  ],
  ['anthropic', 'output_config.format: Extra inputs are not permitted'],
  ['anthropic', "'claude-haiku-3' does not support output_config.format."],
  ['google-genai', 'JSON mode is not enabled for models/gemma-3-27b-it'],
  [
    'google-genai',
    'Invalid JSON payload received. Unknown name "responseSchema" at \'generation_config\': Cannot find field.',
  ],
  ['google-genai', 'The specified schema produces a constraint that has too many states for serving.'],
  ['ollama', 'invalid JSON schema in format'],
  ['ollama', 'failed to load model vocabulary required for format'],
];
const isJsonForm = (sent: unknown): boolean => sent === 'json' || Object(sent).type === 'json_object';
const hasNoObjectForm = (kind: Kind): boolean => kind === 'anthropic' || kind === 'google-genai';

describe('a form that is refused', () => {
  it.each(
    REFUSALS.flatMap(([kind, message]) =>
      TRIED.filter(([k]) => k === kind).map(([, s]) => [kind, s, message] as const),
    ),
  )('by %s (%s) is asked for once: %s', async (kind, source, message) => {
    const schemas = await askEight(kind, source, (sent) =>
      sent !== undefined && !isJsonForm(sent) ? WIRES[kind].refuse(message) : undefined,
    );
    expect(texts(schemas.replies)).toEqual(EIGHT);
    const wanted = hasNoObjectForm(kind) ? 'text' : 'json_object';
    expect(schemas.totals.adjustments).toEqual([{ role: 'judge', parameter: 'output', sentAs: wanted }]);
    expect(schemas.forms.filter((sent) => sent !== undefined && !isJsonForm(sent))).toHaveLength(1);
    expect(schemas.forms.filter((sent) => (wanted === 'text' ? sent === undefined : isJsonForm(sent)))).toHaveLength(8);
  });

  it.each(TRIED)(
    'by %s (%s) on every rung costs one request for each, then text is asked for',
    async (kind, source) => {
      const message = REFUSALS.find(([k]) => k === kind)?.[1] ?? '';
      const { replies, forms, totals } = await askEight(kind, source, (sent) =>
        sent === undefined ? undefined : WIRES[kind].refuse(message),
      );
      expect(texts(replies)).toEqual(EIGHT);
      expect(forms.filter((sent) => sent !== undefined)).toHaveLength(hasNoObjectForm(kind) ? 1 : 2);
      expect(totals.adjustments).toEqual([{ role: 'judge', parameter: 'output', sentAs: 'text' }]);
    },
  );

  it.each(TRIED.filter(([kind]) => kind !== 'anthropic'))(
    'by %s (%s) for its lengths alone is sent without them',
    async (kind, source) => {
      const answer: Answering = (sent) =>
        JSON.stringify(sent).includes('maxLength')
          ? WIRES[kind].refuse("Invalid schema: 'maxLength' is not permitted.")
          : {};
      const { replies, forms, totals } = await askEight(kind, source, (sent, i) => {
        const said = answer(Object(sent), i);
        return 'status' in said ? said : undefined;
      });
      expect(texts(replies)).toEqual(EIGHT);
      expect([forms.length, JSON.stringify(forms.at(-1)).includes('maxLength')]).toEqual([9, false]);
      expect(totals.adjustments).toEqual([{ role: 'judge', parameter: 'maxLength', sentAs: null }]);
    },
  );

  it.each(TRIED)('by %s (%s) leaves the form alone if something else is wrong', async (kind, source) => {
    const failing = askEight(kind, source, () => ({ ...WIRES[kind].refuse('You have no access.'), status: 403 }));
    await expect(failing).rejects.toThrow(/403/);
  });

  it('and that a config names is not changed, which the error says', async () => {
    const message = 'output_config.format: Extra inputs are not permitted';
    const failing = askEight('anthropic', 'named', () => WIRES.anthropic.refuse(message), 'json_schema');
    await expect(failing).rejects.toThrow('set models.judge.output to "auto" or "text"');
  });

  it('by a strict server of Anthropic is none that it takes: bounds and lengths are not sent', async () => {
    const { url, refused, seen } = await createAnthropicServer(() => JSON_TEXT);
    const judge = new Gateway().manage('judge', createNamed('anthropic', url, 'auto'));
    await judge.generate([[new HumanMessage('q')]], { form });
    expect(refused).toEqual([]);
    expect(JSON.stringify(seen.map(({ body }) => body['output_config']))).not.toMatch(/maxLength|minimum|maximum/);
  });
});

describe('an output that a class does not take', () => {
  const make = (settings: object, own?: BaseChatModel) =>
    createModels(ModelsConfig.parse({ optimizer: 'simulated', judge: settings }), {
      gateway: new Gateway(),
      env: {},
      ...(own && { supplied: { judge: own } }),
    });
  it('is an error that lists what it takes', () => {
    const claude = { provider: 'anthropic', model: 'm', baseUrl: 'http://here:1' };
    expect(() => make({ ...claude, output: 'json_object' })).toThrow(
      'models.judge.output: expected one of "auto", "json_schema", "text", got "json_object"',
    );
    expect(() => make({ ...claude, output: 'json_schema' })).not.toThrow();
    const ollama = new ChatOllama({ model: 'm' });
    expect(() => make({ provider: 'langchain', output: 'json_object' }, ollama)).not.toThrow();
    const gemini = new ChatGoogleGenerativeAI({ model: 'm', apiKey: 'k' });
    expect(() => make({ provider: 'langchain', output: 'json_object' }, gemini)).toThrow('got "json_object"');
  });
});
