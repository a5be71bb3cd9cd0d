import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordLangSmith } from '../run/tracing/langsmith.ts';
import { drpo, root, type Ran } from '../shared/cli.ts';
import { startRecordingProxy, type RecordingProxy } from '../shared/recordingProxy.ts';
import { answerRole, writeModelsConfig } from './slowModels.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-proxy-'));
const tls = (name: string): string => join(root, 'test/shared/tls', name);
let server: Server;
let proxy: RecordingProxy;
let config = '';
let calls = 0;

beforeAll(async () => {
  const certificate = { key: readFileSync(tls('server.key')), cert: readFileSync(tls('server.pem')) };
  server = createServer(certificate, (req, res) => {
    let text = '';
    req.on('data', (part: Buffer) => (text += part.toString()));
    req.on('end', () => {
      calls += 1;
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify(answerRole(JSON.parse(text) as Record<string, unknown>)));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  config = writeModelsConfig(join(folder, 'config.json'), `https://models.test:${port}/v1`);
  proxy = await startRecordingProxy({ 'models.test': '127.0.0.1', 'smith.test': '127.0.0.1' });
});
afterAll(() => {
  proxy.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const optimize = (out: string, env: NodeJS.ProcessEnv): Promise<Ran> => {
  const set = ['search.depth=2', 'queries.limit=6', 'examples.k=0', 'final=null', 'judge.reliabilityChecks=0'];
  const args = ['optimize', '--config', config, '--out', join(folder, out), '--quiet'];
  const quick = ['base', 'reward', 'judge', 'optimizer'].map((role) => `models.${role}.maxRetries=0`);
  return drpo([...args, ...[...set, ...quick].flatMap((one) => ['--set', one])], {
    NO_PROXY: '',
    no_proxy: '',
    ...env,
  });
};

it('a search goes through a proxy and TLS with a private authority', async () => {
  const env = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: tls('authority.pem') };
  const { status, stderr } = await optimize('whole', env);
  expect([status, stderr]).toEqual([0, '']);
  expect(calls).toBeGreaterThan(10);
  expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT ${new URL(readConfig().optimizer.baseUrl).host}`]));
  expect(proxy.seen.length).toBeLessThan(calls);
});

it('an authority that is not trusted and a proxy that is down end the search with one line', async () => {
  const untrusted = await optimize('untrusted', { HTTPS_PROXY: proxy.url });
  expect([untrusted.status, untrusted.stderr]).toEqual([1, expect.stringMatching(/^drpo: .*NODE_EXTRA_CA_CERTS.*\n/)]);
  const down = await optimize('down', { HTTPS_PROXY: 'http://me:secret@127.0.0.1:9' });
  expect([down.status, down.stderr]).toEqual([
    1,
    expect.stringMatching(/^drpo: .*the proxy http:\/\/127\.0\.0\.1:9 \(HTTPS_PROXY\): connect ECONNREFUSED.*\n/),
  ]);
  expect(down.stderr).not.toContain('secret');
});

it('traces go to LangSmith through the proxy', async () => {
  const langSmith = await recordLangSmith({});
  const url = langSmith.url.replace('127.0.0.1', 'smith.test');
  const tracing = { LANGSMITH_TRACING: 'true', LANGSMITH_API_KEY: 'k', LANGSMITH_ENDPOINT: url };
  const set = ['search.depth=2', 'final=null', 'judge.reliabilityChecks=0'].flatMap((one) => ['--set', one]);
  const args = ['optimize', '--optimizer', 'simulated', '--out', join(folder, 'traced'), '--quiet', ...set];
  const before = proxy.seen.length;
  await drpo(args, { NO_PROXY: '', no_proxy: '', HTTP_PROXY: proxy.url, ...tracing });
  expect(proxy.seen.slice(before).join()).toContain(`POST ${url}/runs/`);
  expect(langSmith.requests).toHaveLength(proxy.seen.length - before);
  langSmith.close();
});

const readConfig = (): { optimizer: { baseUrl: string } } =>
  (JSON.parse(readFileSync(config, 'utf8')) as { models: { optimizer: { baseUrl: string } } }).models;
