import { expect, it } from '@jest/globals';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { toCacheKey } from '../../../models/openai/toCacheKey.ts';
import { findRefusedParameters } from '../../../models/refusedParameters.ts';

const form = { name: 'judge', schema: {}, isReadable: () => true };
const request = (rules: string, text: string) => ({
  prompt: { messages: [...(rules ? [new SystemMessage(rules)] : []), new HumanMessage(text)] },
  n: 1,
  sample: 0,
  form,
});
const OPENAI = 'https://api.openai.com/v1';

it('requests with the same rules have the same key at OpenAI, those of another step another', () => {
  const key = toCacheKey(OPENAI, request('Rules.', 'a'));
  expect(key.prompt_cache_key).toMatch(/^drpo-[\da-f]{16}$/);
  expect(toCacheKey(OPENAI, request('Rules.', 'b'))).toEqual(key);
  expect(toCacheKey(OPENAI, request('Other rules.', 'a'))).not.toEqual(key);
});

it.each([
  ['another endpoint', 'http://127.0.0.1:8080/v1', request('Rules.', 'a')],
  ['a host that only ends alike', 'https://not-api.openai.com.example/v1', request('Rules.', 'a')],
  ['a request without rules', OPENAI, request('', 'a')],
  ['a request without a form, such as the base model’s', OPENAI, { ...request('Rules.', 'a'), form: undefined }],
])('%s gets none', (_, address, asked) => {
  expect(toCacheKey(address, asked)).toEqual({});
});

it('a refusal of the key is recognized, so that it is left out', () => {
  const refusal = { status: 400, message: "Unknown parameter: 'prompt_cache_key'." };
  expect(findRefusedParameters(refusal, ['model', 'messages', 'prompt_cache_key'])?.names).toEqual([
    'prompt_cache_key',
  ]);
});
