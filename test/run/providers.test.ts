import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { describe, expect, it } from '@jest/globals';
import type { LanguageRole } from '../../models/roles.ts';
import { createSimulatedModel } from '../../models/simulated/index.ts';
import type { OptimizeResult } from '../../run/result.ts';
import {
  createAnthropicServer,
  geminiReply,
  ollamaReply,
  type WireMessage,
} from '../models/langchain/providerServers.ts';
import { serve } from '../models/fake.ts';
import { drpoHere } from '../shared/here.ts';

const ROLES = ['base', 'reward', 'judge', 'optimizer'] as const satisfies LanguageRole[];
const MODELS = Object.fromEntries(ROLES.map((role) => [role, createSimulatedModel(role)]));
const createFolder = (): string => mkdtempSync(join(tmpdir(), 'drpo-providers-'));

/** What the simulated model of the role answers that the model's name ends in. */
async function answerAsRole(model: string, messages: readonly WireMessage[], sample = 0): Promise<string> {
  const role = ROLES.find((name) => model.endsWith(name)) ?? 'base';
  const chat = messages.map(({ role: from, content }) =>
    from === 'system'
      ? new SystemMessage(content)
      : from === 'user'
        ? new HumanMessage(content)
        : new AIMessage(content),
  );
  return (await MODELS[role]?._generate(chat, { sample }))?.generations[0]?.text ?? '';
}

/** Runs the command line on a small search whose roles are models of a provider. */
async function search(provider: string, url: string, names: string, more: object = {}, flags: string[] = []) {
  const out = createFolder();
  const config = {
    models: Object.fromEntries(ROLES.map((role) => [role, { provider, model: `${names}-${role}`, baseUrl: url }])),
    search: { depth: 2, maxDepthIncrease: 0, beamWidth: 2, actions: 2 },
    queries: { limit: 6 },
    concurrency: 4,
    ...more,
  };
  const file = join(out, 'drpo.json');
  writeFileSync(file, JSON.stringify(config));
  const { status, stderr } = await drpoHere(['optimize', '--config', file, '--out', out, '--json', ...flags]);
  const result = (): OptimizeResult => JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as OptimizeResult;
  return { status, stderr, result, out };
}

/** The kinds of failed calls. */
const listFailures = (failures: OptimizeResult['failures']): string[] =>
  Object.values(failures.calls ?? {}).flatMap((kinds) => Object.keys(kinds));

describe('a search on models of LangChain', () => {
  it('runs at a strict server of Anthropic, which refuses nothing that drpo could know', async () => {
    const server = await createAnthropicServer((messages, { body }) => answerAsRole(String(body['model']), messages));
    const { status, stderr, result } = await search('anthropic', server.url, 'claude-opus-4-7');
    expect([status, stderr.match(/refuses temperature/g)?.length]).toEqual([0, 4]);
    expect(server.refused).toEqual([]);
    const { adjustments, calls, failures, bestPrompt } = result();
    expect(adjustments.map(({ role, parameter }) => `${role} ${parameter}`).toSorted()).toEqual(
      ['base', 'judge', 'optimizer', 'reward']
        .map((role) => `${role} temperature`)
        .concat('optimizer top_p')
        .toSorted(),
    );
    expect([listFailures(failures), Object.values(calls ?? {}).reduce((sum, n) => sum + n, 0)]).toEqual([
      [],
      server.seen.length,
    ]);
    expect(bestPrompt).not.toBe('');
  });

  it('leaves out what only the server knows, once for each role and parameter, and never again', async () => {
    const server = await createAnthropicServer((messages, { body }) => answerAsRole(String(body['model']), messages));
    const first = await search('anthropic', server.url, 'claude-new', { budget: { calls: 12 } });
    expect(first.status).toBe(3);
    const before = server.refused.length;
    const config = JSON.parse(readFileSync(join(first.out, 'drpo.json'), 'utf8')) as object;
    writeFileSync(join(first.out, 'drpo.json'), JSON.stringify({ ...config, budget: {} }));
    const again = await drpoHere(['optimize', '--config', join(first.out, 'drpo.json'), '--out', first.out, '--json']);
    expect(again.status).toBe(0);
    const refused = server.refused.map(
      ({ body }) => `${String(body['model'])} ${'temperature' in body} ${'top_p' in body}`,
    );
    expect(new Set(refused).size).toBe(refused.length);
    expect([before > 0, refused.length]).toEqual([true, 5]);
  });

  it('runs at Gemini', async () => {
    const server = await serve(async ({ path, body }) => {
      const { systemInstruction: system, contents } = body as {
        systemInstruction?: { parts: { text: string }[] };
        contents: { role: string; parts: { text: string }[] }[];
      };
      const messages = [...(system ? [{ role: 'system', ...system }] : []), ...contents].map(({ role, parts }) => ({
        role: role === 'model' ? 'assistant' : role,
        content: parts.map(({ text }) => text).join(''),
      }));
      const model = /models\/([^:]+):generateContent/.exec(path)?.[1] ?? '';
      return geminiReply([{ text: 'thinking', thought: true }, { text: await answerAsRole(model, messages) }]);
    });
    const { status, result } = await search('google-genai', server.url, 'gemini');
    expect([status, result().adjustments, listFailures(result().failures)]).toEqual([0, [], []]);
  });

  it('runs at Ollama, each sample with its own seed', async () => {
    const server = await serve(async ({ body }) => {
      const { seed } = body['options'] as { seed: number };
      return ollamaReply(await answerAsRole(String(body['model']), body['messages'] as WireMessage[], seed));
    });
    const models = Object.fromEntries(
      ROLES.map((role) => [role, { provider: 'ollama', model: `m-${role}`, baseUrl: server.url, seed: 0 }]),
    );
    const { status, result } = await search('ollama', server.url, 'm', { models });
    expect([status, result().adjustments]).toEqual([0, []]);
  });

  it('fails under the preset "reference" where Claude takes no sampling, without a request', async () => {
    const server = await createAnthropicServer(() => 'x');
    const { status, stderr } = await search('anthropic', server.url, 'claude-opus-5', { preset: 'reference' });
    expect([status, server.seen]).toEqual([1, []]);
    expect(stderr).toMatch(/refuses temperature, which the preset "reference" always sends/);
  });

  it.each<[string, object, RegExp]>([
    [
      'packages that are not there',
      { provider: 'cohere', model: 'm' },
      /^drpo: models\.base\.provider: .*; run: npm install langchain @langchain\/cohere$/,
    ],
    [
      'a key that is not set',
      { provider: 'anthropic', model: 'm', apiKeyEnv: 'NO_SUCH_KEY' },
      /^drpo: models\.base\.apiKeyEnv: .*NO_SUCH_KEY/,
    ],
    ['a model without a name', { provider: 'anthropic' }, /^drpo: models\.base\.model: expected the name of a model/],
    ['a misspelt provider', { provider: 'antropic', model: 'm' }, /^drpo: models\.base\.provider: expected one of/],
    [
      'a seed for Claude',
      { provider: 'anthropic', model: 'm', seed: 1, baseUrl: 'http://127.0.0.1:9' },
      /^drpo: models\.base\.seed: expected no such key/,
    ],
  ])('is refused with exit 2 and one line: %s', async (_, base, line) => {
    const { status, stderr } = await search('ollama', 'http://127.0.0.1:9', 'm', {
      models: { optimizer: 'simulated', base },
    });
    expect(status).toBe(2);
    expect(stderr.trim().split('\n').at(-1)).toMatch(line);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('keeps keys out of every file', async () => {
    process.env['DRPO_TEST_KEY'] = 'sk-very-secret';
    const server = await createAnthropicServer((messages, { body }) => answerAsRole(String(body['model']), messages));
    const models = {
      optimizer: { provider: 'anthropic', model: 'claude-haiku-4-5', baseUrl: server.url, apiKeyEnv: 'DRPO_TEST_KEY' },
    };
    const { out } = await search('anthropic', server.url, '', { models, budget: { calls: 6 } });
    delete process.env['DRPO_TEST_KEY'];
    expect(server.seen[0]?.headers['x-api-key']).toBe('sk-very-secret');
    const texts = readdirSync(out).map((name) => readFileSync(join(out, name), 'latin1'));
    expect(texts.filter((text) => text.includes('very-secret'))).toEqual([]);
  });
});
