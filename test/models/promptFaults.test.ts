import { describe, expect, it } from '@jest/globals';
import { findPromptFault, isBlockedFinish } from '../../models/promptFaults.ts';

/** An error as the SDK makes it of a body. */
const createError = (body: Record<string, unknown> | string, status = 400): Error => {
  const inner = typeof body === 'object' ? (body['error'] ?? body) : undefined;
  const message: unknown = Reflect.get(Object(inner), 'message') ?? JSON.stringify(inner ?? body);
  return Object.assign(new Error(`${status} ${String(message)}`), { status, error: inner });
};
const find = (body: Record<string, unknown> | string, status = 400) =>
  findPromptFault(createError(body, status), status);
const say = (message: string, more: object = {}) => ({ error: { message, ...more } });

describe('a context overflow is told with its figures', () => {
  it.each<[string, Record<string, unknown> | string, number, number]>([
    [
      'OpenAI',
      say(
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens. Please reduce the length of the messages.",
        { code: 'context_length_exceeded' },
      ),
      9000,
      8192,
    ],
    [
      'vLLM',
      say(
        "This model's maximum context length is 8192 tokens. However, you requested 9200 tokens (9000 in the messages, 200 in the completion). Please reduce the length of the messages or completion.",
      ),
      9200,
      8192,
    ],
    [
      'vLLM at its root',
      {
        object: 'error',
        message:
          "This model's maximum context length is 4096 tokens. However, your request has 5000 input tokens. Please reduce the length of the input messages.",
        type: 'BadRequestError',
        code: 400,
      },
      5000,
      4096,
    ],
    [
      'llama.cpp',
      say('the request exceeds the available context size', {
        type: 'exceed_context_size_error',
        n_prompt_tokens: 9000,
        n_ctx: 8192,
      }),
      9000,
      8192,
    ],
    [
      'litellm',
      say(
        'litellm.ContextWindowExceededError: litellm.BadRequestError: ContextWindowExceededError: OpenAIException - request (9000 tokens) exceeds the available context size (8192 tokens), try increasing it',
      ),
      9000,
      8192,
    ],
    [
      'Anthropic',
      say('prompt is too long: 210000 tokens > 200000 maximum', { type: 'invalid_request_error' }),
      210000,
      200000,
    ],
    [
      'Gemini',
      [
        {
          error: {
            code: 400,
            message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
            status: 'INVALID_ARGUMENT',
          },
        },
      ] as never,
      1200000,
      1048576,
    ],
    [
      'Mistral',
      {
        object: 'error',
        message:
          'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
      },
      40000,
      32768,
    ],
    [
      'TGI',
      {
        error:
          '`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 100 `max_new_tokens`',
        error_type: 'validation',
      },
      5000,
      4096,
    ],
    [
      'xAI',
      say("This model's maximum prompt length is 131072 but the request contains 537812 tokens."),
      537812,
      131072,
    ],
    [
      'SGLang',
      { object: 'error', message: "The input (9000 tokens) is longer than the model's context length (8192 tokens)." },
      9000,
      8192,
    ],
    [
      'OpenRouter',
      say(
        "This endpoint's maximum context length is 8192 tokens. However, you requested about 11000 tokens (9000 of text input, 2000 in the output).",
      ),
      11000,
      8192,
    ],
    [
      'with commas',
      say("This model's maximum context length is 8,192 tokens. However, your messages resulted in 9,000 tokens."),
      9000,
      8192,
    ],
    ['llama_cpp.server', say('Requested tokens (600) exceed context window of 512'), 600, 512],
    [
      'in an error within an error',
      say('Provider returned error', {
        code: 400,
        metadata: { raw: '{"error":{"message":"prompt is too long: 210000 tokens > 200000 maximum"}}' },
      }),
      210000,
      200000,
    ],
  ])('%s', (_, body, tokens, limit) => {
    expect(find(body)).toEqual({
      kind: 'context-overflow',
      summary: `the context overflows: ${tokens} tokens were sent, and the model takes ${limit}: `,
    });
  });

  it.each([
    say('Input is too long for requested model.'),
    say('the input length exceeds the context length'),
    say('Please reduce the length of the messages or completion.', { code: 'context_length_exceeded' }),
  ])('without figures', (body) => expect(find(body)).toMatchObject({ kind: 'context-overflow' }));

  it.each([
    [
      'a reply that is too long with a prompt that fits',
      say(
        "'max_tokens' is too large: 2048. This model's maximum context length is 4096 tokens and your request has 3000 input tokens (2048 > 4096 - 3000).",
      ),
    ],
    [
      'the same in older words',
      say(
        "This model's maximum context length is 4096 tokens. However, you requested 5048 tokens (3000 in the messages, 2048 in the completion).",
      ),
    ],
    ['a limit of tokens per minute', say('Too many tokens per minute')],
    [
      'a limit of max_tokens',
      say('max_tokens is too large: 9000. This model supports at most 4096 completion tokens.'),
    ],
  ])('%s is none', (_, body) => expect(find(body)).toBeNull());
});

describe('a content filter', () => {
  it.each<[string, Record<string, unknown>, number?]>([
    [
      'OpenAI',
      say('Invalid prompt: your prompt was flagged as potentially violating our usage policy.', {
        code: 'invalid_prompt',
      }),
    ],
    [
      'Azure',
      say('The response was filtered', {
        code: 'content_filter',
        innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: {} },
      }),
    ],
    ['Azure’s inner error alone', say('Bad request', { innererror: { code: 'ResponsibleAIPolicyViolation' } })],
    ['OpenRouter', say('Input flagged', { code: 403, metadata: { reasons: ['x'], flagged_input: 'y' } }), 403],
    ['litellm', say('litellm.ContentPolicyViolationError: blocked')],
    ['Gemini', { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }],
    ['DashScope', { code: 'data_inspection_failed', message: 'Input data may contain inappropriate content.' }],
    ['DeepSeek', say('Content Exists Risk')],
    ['Moonshot', say('The request was rejected because it was considered high risk', { type: 'content_filter' })],
    ['MiniMax', { base_resp: { status_code: 1026, status_msg: 'input new_sensitive' } }, 200],
    ['xAI', { code: 'denied', error: 'Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO' }, 403],
  ])('%s', (_, body, status = 400) => expect(find(body, status)?.kind).toBe('content-filter'));

  it.each<[string, Record<string, unknown>, number]>([
    ['a wrong key', say('Incorrect API key provided'), 401],
    ['a forbidden model', say('You do not have access to this model'), 403],
    ['a rate limit', say('content filter is busy'), 429],
    ['a refused parameter', say('temperature is not supported'), 400],
    [
      'a request that the server repeats',
      {
        detail: [
          {
            loc: ['body', 'x'],
            msg: 'Extra inputs',
            input: { model: 'm', messages: [{ content: 'what is a content filter?' }] },
          },
        ],
      },
      422,
    ],
  ])('%s is none', (_, body, status) => expect(find(body, status)).toBeNull());

  it('is told from other ends of an answer', () => {
    expect(
      ['content_filter', 'content_filter: OTHER', 'SAFETY', 'RECITATION', 'sensitive'].every(isBlockedFinish),
    ).toBe(true);
    expect(['stop', 'length', 'refusal', '', 'eos', 'safe'].some(isBlockedFinish)).toBe(false);
  });
});
