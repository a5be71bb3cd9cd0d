import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { Config } from '../../../run/config/loadConfig.ts';
import { startChatServer, type RunningServer } from '../../../server/openai/startChatServer.ts';
import { refusal, serve } from '../../models/fake.ts';
import { claudeReply, createAnthropicServer } from '../../models/langchain/providerServers.ts';

const servers: RunningServer[] = [];
afterAll(() => Promise.all(servers.map((server) => server.close(0))));

/** Serves a run whose base model is Claude at an address. */
async function serveClaude(baseUrl: string, model = 'claude-haiku-4-5'): Promise<OpenAI> {
  const run = mkdtempSync(join(tmpdir(), 'drpo-serve-provider-'));
  const base = { provider: 'anthropic', model, baseUrl };
  writeFileSync(join(run, 'config.json'), JSON.stringify(Config.parse({ models: { base, optimizer: 'simulated' } })));
  writeFileSync(join(run, 'prompt.txt'), 'Be clear.');
  writeFileSync(join(run, 'examples.json'), JSON.stringify({ 'Do tides rise?': 'Yes.' }));
  const server = await startChatServer({ port: 0, host: '127.0.0.1', run }, {});
  servers.push(server);
  return new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 0 });
}

const messages = [{ role: 'user' as const, content: 'Do tides fall?' }];

it('a provider answers with the prompt and the examples of the run, and with the sampling of the client', async () => {
  const { url, seen } = await createAnthropicServer(() => claudeReply('They do.', { stop_reason: 'max_tokens' }));
  const client = await serveClaude(url);
  const answer = await client.chat.completions.create({
    model: 'drpo',
    messages,
    temperature: 0.4,
    max_tokens: 9,
    n: 2,
  });
  expect(answer).toMatchObject({
    model: 'claude-haiku-4-5',
    choices: [{ message: { content: 'They do.' }, finish_reason: 'length' }, { message: { content: 'They do.' } }],
    usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
  });
  expect(seen).toHaveLength(2);
  expect(seen[0]?.body).toMatchObject({ system: 'Be clear.', temperature: 0.4, max_tokens: 9 });
  expect(JSON.stringify(seen[0]?.body['messages'])).toMatch(/Do tides rise.*Yes\..*Do tides fall/);
  expect(seen[0]?.body).not.toHaveProperty('top_p');
});

it('the same question is asked again, and a stream is one chunk', async () => {
  const { url, seen } = await createAnthropicServer((_, { body }) => `answer for ${String(body['model'])}`);
  const client = await serveClaude(url);
  for (let i = 0; i < 2; i++) await client.chat.completions.create({ model: 'drpo', messages });
  expect(seen).toHaveLength(2);
  const stream = await client.chat.completions.create({ model: 'claude-other', messages, stream: true });
  const texts: (string | null | undefined)[] = [];
  for await (const chunk of stream) texts.push(chunk.choices[0]?.delta.content);
  expect(texts).toEqual(['answer for claude-other']);
});

it('what the provider refuses is left out, and asked for only once', async () => {
  const { url, refused } = await createAnthropicServer(() => 'yes');
  const client = await serveClaude(url, 'claude-new');
  for (let i = 0; i < 2; i++) await client.chat.completions.create({ model: 'drpo', messages, temperature: 0.5 });
  expect(refused).toHaveLength(1);
});

it('a chat that LangChain cannot be handed is refused, and a fault comes back with its status', async () => {
  const { url, seen } = await serve(() => refusal(429, 'slow down'));
  const client = await serveClaude(url);
  const tools = [{ type: 'function' as const, function: { name: 'f' } }];
  await expect(client.chat.completions.create({ model: 'drpo', messages, tools })).rejects.toMatchObject({
    status: 400,
    error: { message: 'expected a chat of texts, got tools; remove it' },
  });
  await expect(client.chat.completions.create({ model: 'drpo', messages, seed: 1 })).rejects.toMatchObject({
    status: 400,
  });
  expect(seen).toEqual([]);
  await expect(client.chat.completions.create({ model: 'drpo', messages })).rejects.toMatchObject({ status: 429 });
  expect(seen).toHaveLength(1);
});
