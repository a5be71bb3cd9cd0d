import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { Config } from '../../../run/config/loadConfig.ts';
import { startChatServer, type RunningServer } from '../../../server/openai/startChatServer.ts';
import { chat, serve } from '../../models/fake.ts';
import { drpoHere } from '../../shared/here.ts';

const servers: RunningServer[] = [];
afterAll(async () => void (await Promise.all(servers.map((server) => server.close(0)))));

/** Creates the folder of a finished run whose base model is at an address. */
function createRun(baseUrl: string, more: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'drpo-forward-'));
  const base = { model: 'm', baseUrl, ...more };
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify(Config.parse({ models: { base, optimizer: 'simulated' } })),
  );
  writeFileSync(join(folder, 'prompt.txt'), 'Be clear.');
  writeFileSync(join(folder, 'examples.json'), '{}');
  return folder;
}

/** Creates a server that takes neither a system role, nor an effort, nor a temperature. */
const createStrictEndpoint = () =>
  serve(({ body }) => {
    const messages = body['messages'] as { role: string; content: string }[];
    const role = messages.find((m) => m.role === 'system' || m.role === 'developer')?.role;
    if (role) return { status: 400, body: { message: `${role} role not supported` } };
    for (const name of ['reasoning_effort', 'temperature'])
      if (name in body) return { status: 400, body: { error: { message: `Unsupported parameter: '${name}'` } } };
    return { ...chat(JSON.stringify(messages)), model: 'm' };
  });

it('serve leaves out what drpo added and the base model refuses, says it once, and leaves the client its own', async () => {
  const { url, seen } = await createStrictEndpoint();
  const lines: string[] = [];
  const folder = createRun(url, { reasoningEffort: 'low', headers: { 'X-Team': 'a' }, query: { v: '1' } });
  const server = await startChatServer({ run: folder, port: 0, host: '127.0.0.1' }, {}, (line) => lines.push(line));
  servers.push(server);
  const ask = async (more: object = {}) => {
    const body = JSON.stringify({ model: 'drpo', messages: [{ role: 'user', content: 'Hi' }], ...more });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${server.url}/chat/completions`, { method: 'POST', headers, body });
    return { status: response.status, text: await response.text() };
  };
  expect((await ask()).text).toContain('Be clear.\\\\n\\\\nHi');
  expect((await ask()).status).toBe(200);
  expect(seen).toHaveLength(5);
  expect(seen.every(({ path, headers }) => path === '/v1/chat/completions?v=1' && headers['x-team'] === 'a')).toBe(
    true,
  );
  expect(lines.filter((line) => line.startsWith('base: '))).toEqual([
    'base: the endpoint of m refuses the system role, so it is sent as developer.',
    'base: the endpoint of m refuses the system role, so the prompt precedes the first user message.',
    'base: the endpoint of m refuses reasoning_effort, so it is left out.',
  ]);
  const refused = await ask({ temperature: 1 });
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining("'temperature'")]);
  expect(seen).toHaveLength(6);
});

it('answer says in one line what the endpoint refuses, and why there is no response', async () => {
  const { url } = await createStrictEndpoint();
  const { status, stdout, stderr } = await drpoHere(['answer', 'Hi', '--run', createRun(url), '--json']);
  expect([status, Object.keys(JSON.parse(stdout) as object)]).toEqual([0, ['query', 'response']]);
  expect(stderr.match(/base: the endpoint of m refuses temperature, so it is left out\.\n/g)).toHaveLength(1);
  const filter = await serve(() => ({ status: 400, body: { error: { code: 'content_filter', message: 'blocked' } } }));
  const blocked = await drpoHere(['answer', 'Hi', '--run', createRun(filter.url), '--json']);
  expect([blocked.status, blocked.stderr]).toEqual([1, expect.stringMatching(/no response: base .*content filter/)]);
  expect(Object.keys(JSON.parse(blocked.stdout) as object)).toEqual(['query', 'response', 'missing']);
});
