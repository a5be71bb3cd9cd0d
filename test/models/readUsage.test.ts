import { describe, expect, it } from '@jest/globals';
import { readUsage } from '../../models/readUsage.ts';

describe('the usage of a reply', () => {
  it.each([
    [
      'OpenAI',
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 64 },
        completion_tokens_details: { reasoning_tokens: 30 },
      },
      { input: 100, cachedInput: 64, output: 50, reasoning: 30 },
    ],
    [
      "OpenAI's Responses API",
      {
        input_tokens: 100,
        output_tokens: 50,
        input_tokens_details: { cached_tokens: 64 },
        output_tokens_details: { reasoning_tokens: 30 },
      },
      { input: 100, cachedInput: 64, output: 50, reasoning: 30 },
    ],
    [
      'llama.cpp',
      { completion_tokens: 10, prompt_tokens: 31, total_tokens: 41, prompt_tokens_details: { cached_tokens: 0 } },
      { input: 31, output: 10 },
    ],
    [
      'DeepSeek',
      { prompt_tokens: 100, completion_tokens: 5, prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 },
      { input: 100, cachedInput: 64, output: 5 },
    ],
    ['Moonshot', { prompt_tokens: 9, completion_tokens: 5, cached_tokens: 4 }, { input: 9, cachedInput: 4, output: 5 }],
    [
      'Anthropic, whose input is without the cache',
      { input_tokens: 10, cache_read_input_tokens: 900, cache_creation_input_tokens: 90, output_tokens: 5 },
      { input: 1000, cachedInput: 900, writtenInput: 90, output: 5 },
    ],
    [
      "Anthropic through litellm's proxy, whose input is with the cache",
      {
        prompt_tokens: 1000,
        completion_tokens: 5,
        total_tokens: 1005,
        cache_read_input_tokens: 900,
        cache_creation_input_tokens: 90,
      },
      { input: 1000, cachedInput: 900, writtenInput: 90, output: 5 },
    ],
    [
      "Claude through LangChain's class",
      {
        input_tokens: 1000,
        output_tokens: 5,
        total_tokens: 1005,
        input_token_details: { cache_read: 900, cache_creation: 90 },
      },
      { input: 1000, cachedInput: 900, writtenInput: 90, output: 5 },
    ],
    [
      'a proxy that forgot to add the cache',
      { prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 900 } },
      { input: 910, cachedInput: 900, output: 5 },
    ],
    [
      'Bedrock',
      { inputTokens: 10, outputTokens: 5, totalTokens: 1005, cacheReadInputTokens: 900, cacheWriteInputTokens: 90 },
      { input: 1000, cachedInput: 900, writtenInput: 90, output: 5 },
    ],
    [
      'Gemini, whose candidates are without thoughts',
      {
        promptTokenCount: 40,
        cachedContentTokenCount: 32,
        candidatesTokenCount: 10,
        thoughtsTokenCount: 500,
        totalTokenCount: 550,
      },
      { input: 40, cachedInput: 32, output: 510, reasoning: 500 },
    ],
    [
      "Gemini through OpenAI's format, where only the total has the thoughts",
      { prompt_tokens: 40, completion_tokens: 10, total_tokens: 550 },
      { input: 40, output: 510, reasoning: 500 },
    ],
    [
      'xAI, whose output is without thoughts',
      {
        prompt_tokens: 40,
        completion_tokens: 10,
        total_tokens: 550,
        completion_tokens_details: { reasoning_tokens: 500 },
      },
      { input: 40, output: 510, reasoning: 500 },
    ],
    [
      'thoughts beside the output, without a total',
      { candidatesTokenCount: 10, promptTokenCount: 40, thoughtsTokenCount: 6 },
      { input: 40, output: 16, reasoning: 6 },
    ],
    [
      'input that a cache stores, and none read from it',
      { input_tokens: 5, cache_creation_input_tokens: 90, cache_read_input_tokens: 0, output_tokens: 7 },
      { input: 95, writtenInput: 90, output: 7 },
    ],
    ["LangChain's older count", { promptTokens: 3, completionTokens: 4 }, { input: 3, output: 4 }],
    ['a total and one part', { prompt_tokens: 3, total_tokens: 7 }, { input: 3, output: 4 }],
  ])('of %s is read', (_, usage, expected) => {
    expect(readUsage(usage)).toEqual(expected);
  });

  it.each([
    [undefined],
    [null],
    ['120'],
    [[]],
    [{}],
    [{ prompt_tokens: 0, completion_tokens: 0 }],
    [{ prompt_tokens: 'many', completion_tokens: '-7' }],
    [{ prompt_tokens: -1, completion_tokens: NaN, total_tokens: Infinity }],
    [{ prompt_tokens: null, completion_tokens: 1.5 }],
    [Object.create({ prompt_tokens: 3 })],
  ])('is unknown if it is %j', (usage) => {
    expect(readUsage(usage)).toBeNull();
  });

  it('one count may be known without the other', () => {
    expect(readUsage({ prompt_tokens: 12, completion_tokens: -7 })).toEqual({ input: 12 });
  });

  it('may be written as texts', () => {
    expect(readUsage({ prompt_tokens: '12', completion_tokens: ' 7 ' })).toEqual({ input: 12, output: 7 });
  });
});
