import { describe, expect, it } from '@jest/globals';
import { findRefusedParameters } from '../../models/refusedParameters.ts';

const SENT =
  'model messages temperature top_p max_tokens n seed stop reasoning_effort system user json_schema maxLength'.split(
    ' ',
  );
/** An error as the SDK makes it. */
const fail = (error: unknown, status = 400): Error => Object.assign(new Error(`${status}`), { status, error });

describe('the parameter that an endpoint refuses', () => {
  it.each<[string, unknown, string[]]>([
    [
      "Anthropic's circumstance",
      { message: '`temperature` may only be set to 1 when thinking is enabled or in adaptive mode.' },
      ['temperature'],
    ],
    ['thinking in words', { message: '`top_p` is not supported with thinking enabled' }, ['top_p']],
    ["Mistral's circumstance", { message: 'n must be 1 for this model when temperature is 0' }, ['n']],
    [
      "litellm's advice",
      {
        message:
          "gpt-5 models don't support temperature=0.2. Only temperature=1 is supported. For gpt-5.1, temperature is supported when reasoning_effort='none' (or not specified). To drop unsupported params set `litellm.drop_params = True`",
      },
      ['temperature'],
    ],
    [
      'xAI',
      { code: 'Client specified an invalid argument', error: 'Argument not supported on this model: stop' },
      ['stop'],
    ],
    ["Ollama's think", { message: 'think value "low" is not supported for this model' }, ['reasoning_effort']],
    ["llama.cpp's name for n", { message: 'n_cmpl cannot be greater than the number of slots' }, ['n']],
    ['Chinese', { code: '1210', message: 'API 调用参数有误，请检查文档。stop 不支持' }, ['stop']],
    ['Nest and Fastify', { statusCode: 400, error: 'Bad Request', message: 'seed should not exist' }, ['seed']],
    ["Cloudflare's empty messages", { errors: [{ message: 'seed is not allowed' }], messages: [] }, ['seed']],
    ['only in the circumstance', { message: 'Remove it if temperature is set' }, ['temperature']],
  ])('%s', (_, error, names) => {
    expect(findRefusedParameters(fail(error), SENT)?.names).toEqual(names);
  });

  it.each<[string, unknown, string[]]>([
    ['in words', { message: 'Unrecognized request argument supplied: top_k' }, ['top_k']],
    ['by its place', { detail: [{ loc: ['body', 'chat_kwargs', 'thinking'], msg: 'x' }] }, ['chat_kwargs']],
    ['as a word', { message: "property 'user' is not supported" }, []],
    ['with signs', { message: "the field 'a.b(' is not supported" }, ['a.b(']],
  ])("may be a user's own (%s)", (_, error, names) => {
    expect(findRefusedParameters(fail(error), [...SENT, 'top_k', 'chat_kwargs', 'a.b('])?.names ?? []).toEqual(names);
  });

  it('is the form of replies if the server fails at its grammar', () => {
    expect(findRefusedParameters(fail({ error: 'failed to parse grammar' }, 500), SENT)?.names).toEqual([
      'json_schema',
    ]);
  });

  it('is found in a 404 of OpenRouter', () => {
    const message = 'No endpoints found that can handle the requested parameters: seed.';
    expect(findRefusedParameters(fail({ message }, 404), SENT)?.names).toEqual(['seed']);
  });

  it.each([
    'Invalid max_tokens value, the valid range of max_tokens is [1, 8192]',
    'Range of max_tokens should be [1, 8192]',
    "Invalid 'max_tokens': integer above maximum value. Expected a value <= 4096, but got 5000 instead.",
    'The maximum tokens you requested exceeds the model limit of 8192. Try again with a maximum tokens value that is lower than 8192.',
  ])('is taken with another value: %s', (message) => {
    expect(findRefusedParameters(fail({ message }), SENT)).toMatchObject({ names: ['max_tokens'], isTooLarge: true });
  });

  it('is refused by name if its successor is named', () => {
    const message = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.";
    expect(findRefusedParameters(fail({ message }), SENT)).toMatchObject({ names: ['max_tokens'], isTooLarge: false });
  });

  it.each([
    'Incorrect API key provided',
    'messages: at least one message is required',
    'Please try again later',
    'Stop. You have been blocked, because your account is not active',
  ])('is none: %s', (message) => {
    expect(findRefusedParameters(fail({ message }), SENT)).toBeNull();
  });
});
