import { describe, expect, it } from '@jest/globals';
import { createModels } from '../../models/createModels.ts';
import { Gateway } from '../../models/gateway/gateway.ts';
import { ModelsConfig } from '../../models/modelsConfig.ts';
import { Config } from '../../run/config/loadConfig.ts';
import { ConfigInput } from '../../run/config/configSchema.ts';
import { describeIssues } from '../../run/config/describeIssues.ts';

const KEY = 'sk-live-0123456789abcdef';
const at = { model: 'm', baseUrl: 'http://host/v1' };
/** What a user reads of a config's faults. */
function readFaults(optimizer: unknown): string[] {
  const config = { models: { optimizer } };
  const { error } = Config.safeParse(config);
  return error ? describeIssues(error, ConfigInput, config, 'config') : [];
}

describe('a key in a config is refused and not shown', () => {
  it.each<[string, unknown, RegExp]>([
    [
      'a header named for a key',
      { ...at, headers: { 'api-key': 'plain-secret' } },
      /^models\.optimizer\.headers\.api-key: expected \{ "env": NAME \}/,
    ],
    ['a header with a key as its value', { ...at, headers: { 'X-Note': KEY } }, /headers\.X-Note: expected \{ "env"/],
    [
      'a whole Authorization header',
      { ...at, headers: { Authorization: 'Bearer plain-secret' } },
      /headers\.Authorization: expected/,
    ],
    ['a cookie', { ...at, headers: { Cookie: 'plain-secret' } }, /headers\.Cookie: expected/],
    ['a query parameter', { ...at, query: { key: 'plain-secret' } }, /query\.key: expected \{ "env"/],
    ['a signature', { ...at, query: { sig: 'plain-secret' } }, /query\.sig: expected \{ "env"/],
    ['the name of a variable', { ...at, headers: { 'api-key': { env: KEY } } }, /expected/],
    ['a text in the place of headers', { ...at, headers: 'api-key: plain-secret' }, /headers: expected an object/],
    ['a number in the place of a value', { ...at, headers: { 'api-key': ['plain-secret'] } }, /expected a text or \{/],
    ['apiKeyEnv', { ...at, apiKeyEnv: KEY }, /apiKeyEnv: expected the name of an environment variable/],
    ['apiKeyEnv without a prefix', { ...at, apiKeyEnv: 'a1b2c3d4e5f60718293a4b5c6d7e8f90' }, /apiKeyEnv: expected/],
    [
      'a parameter of the address',
      { model: 'm', baseUrl: 'http://127.0.0.1:9/v1?key=plain-secret' },
      /baseUrl: expected an address without parameters/,
    ],
    ['a path', { model: 'm', baseUrl: `http://host/${KEY}/v1` }, /baseUrl: expected an address without parameters/],
    ['an address without a scheme', { model: 'm', baseUrl: 'host/v1?key=plain-secret' }, /baseUrl: expected/],
    ['the body', { ...at, extraBody: { api_key: 'plain-secret' } }, /extraBody\.api_key: expected no key/],
    ['deep in the body', { ...at, extraBody: { a: [{ note: KEY }] } }, /extraBody\.a\.0\.note: expected no key/],
    ['another setting', { ...at, seed: KEY }, /seed: expected a number/],
  ])('%s', (_, optimizer, expected) => {
    const faults = readFaults(optimizer).join('\n');
    expect(faults).toMatch(expected);
    expect(faults).not.toMatch(/plain-secret|0123456789abcdef|a1b2c3/);
  });

  it('names that only sound like keys are taken', () => {
    const headers = {
      'HTTP-Referer': 'https://me',
      'X-Title': 't',
      'OpenAI-Organization': 'org-1',
      'Idempotency-Key': 'a',
    };
    const extraBody = {
      max_tokens: 5,
      prompt_cache_key: 'shop',
      top_k: 40,
      chat_template_kwargs: { enable_thinking: false },
    };
    expect(readFaults({ ...at, headers, query: { 'api-version': '2025-01-01' }, extraBody })).toEqual([]);
  });
});

describe('what has no effect is refused', () => {
  it.each<[string, unknown, RegExp]>([
    ...['model', 'messages', 'prompt', 'n', 'stream', 'response_format'].map((key): [string, unknown, RegExp] => [
      key,
      { ...at, extraBody: { [key]: 1 } },
      new RegExp(`extraBody\\.${key}: expected a key that drpo does not set itself`),
    ]),
    ['headers of simulated models', { provider: 'simulated', headers: { a: 'b' } }, /headers: expected nothing/],
    ['headers of a message', { ...at, headers: { 'Content-Type': 'x' } }, /headers\.Content-Type: expected a header/],
    ...['a\r\nX-B: c', '€', ''].map((value): [string, unknown, RegExp] => [
      `a header's value ${JSON.stringify(value)}`,
      { ...at, headers: { 'x-a': value } },
      /headers\.x-a: expected a text without line breaks/,
    ]),
    ['two keys', { ...at, apiKeyEnv: 'A', headers: { authorization: { env: 'B' } } }, /apiKeyEnv: expected nothing/],
    ['an unknown role', { ...at, systemRole: 'tool' }, /systemRole: expected one of system, developer, user/],
  ])('%s', (_, optimizer, expected) => expect(readFaults(optimizer).join('\n')).toMatch(expected));

  it('the role of a prompt with "completions"', () => {
    const models = { optimizer: at, base: { ...at, api: 'completions', systemRole: 'user' } };
    expect(Config.safeParse({ models }).error?.issues[0]?.path).toEqual(['models', 'base', 'systemRole']);
  });
});

describe('extras of a role', () => {
  const headers = { 'api-key': { env: 'AZURE_KEY' } };
  const optimizer = { ...at, headers, query: { v: '1' }, extraBody: { top_k: 1 }, systemRole: 'user', seed: null };

  it('go with the optimizer’s endpoint, and keys to no other address', () => {
    const { base, judge } = ModelsConfig.parse({ optimizer, judge: { model: 'm', baseUrl: 'http://other/v1' } });
    expect(base).toMatchObject({ headers, query: { v: '1' }, extraBody: { top_k: 1 }, systemRole: 'user', seed: null });
    expect(judge.headers).toBeUndefined();
    const once = ModelsConfig.parse({ optimizer });
    expect(ModelsConfig.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });

  it('a variable that is not set is named, and its value is never shown', () => {
    const create = (env: Record<string, string>) => () =>
      createModels(ModelsConfig.parse({ optimizer }), { gateway: new Gateway(), env });
    expect(create({})).toThrow(
      /^models\.base\.headers\.api-key: expected a value in the environment variable AZURE_KEY, which is not set; set it/,
    );
    expect(create({ AZURE_KEY: 'a\nb' })).toThrow(/AZURE_KEY, which holds line breaks/);
    expect(create({ AZURE_KEY: 'a\n' })).not.toThrow();
  });

  it('an Authorization header needs no OPENAI_API_KEY', () => {
    const own = { model: 'm', headers: { Authorization: { env: 'MINE' } } };
    const env = { MINE: 'Bearer x' };
    expect(() => createModels(ModelsConfig.parse({ optimizer: own }), { gateway: new Gateway(), env })).not.toThrow();
  });
});
