// A short search at an endpoint, and its tokens beside those that llama.cpp's server counted at the end of the way.
//   node scripts/real/countTokens.ts http://127.0.0.1:4000/v1 http://127.0.0.1:8080 [model, default local]
// A key in OPENAI_API_KEY is sent. The first address is where drpo asks (a proxy, or the server), the second is the server's, for /metrics.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { readServerMetrics } from './startRealServer.ts';

const [baseUrl, server, model = 'local'] = process.argv.slice(2);
if (!baseUrl || !server) {
  process.stderr.write(`expected two addresses, got ${process.argv.slice(2).join(' ') || 'none'}\n`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'drpo-tokens-'));
const write = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), JSON.stringify(content));
  return join(folder, name);
};
const queries = ['How do I keep onions fresh?', 'Explain the tides to a child.'].map((query) => ({ query }));
const key = process.env['OPENAI_API_KEY'] && { apiKeyEnv: 'OPENAI_API_KEY' };
const own = { model, baseUrl, ...key, temperature: 0, maxTokens: 250 };
const config = write('config.json', {
  models: {
    optimizer: { ...own, temperature: 1 },
    reward: own,
    judge: own,
    base: { ...own, maxTokens: 60 },
  },
  concurrency: 2,
  queries: { files: [write('queries.json', queries)], order: 'given' },
  examples: { k: 0 },
  // an answer of 60 tokens fails it, so that the optimizer is asked for three rewrites in one request
  rewards: { checks: [{ type: 'length', max: 20, unit: 'words' }] },
  search: { beamWidth: 1, actions: 3, depth: 2, maxDepthIncrease: 0 },
  final: null,
  judge: { reliabilityChecks: 0 },
});
const before = await readServerMetrics(server);
const root = resolve(import.meta.dirname, '../..');
await promisify(execFile)(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    join(root, 'cli/drpo.ts'),
    'optimize',
    '--config',
    config,
    '--out',
    join(folder, 'run'),
  ],
  { cwd: root },
);
const after = await readServerMetrics(server);

const Tokens = z.object({ input: z.number(), cachedInput: z.number(), output: z.number(), estimated: z.number() });
const Result = z.object({ tokens: z.record(z.string(), Tokens) });
const { tokens } = Result.parse(JSON.parse(readFileSync(join(folder, 'run/result.json'), 'utf8')));
const sum = (count: (used: z.infer<typeof Tokens>) => number): number =>
  Object.values(tokens).reduce((total, used) => total + count(used), 0);
const grow = (name: string): number => (after[name] ?? NaN) - (before[name] ?? NaN);
process.stdout.write(
  `input without cache: drpo ${sum((used) => used.input - used.cachedInput)}, server ${grow('prompt_tokens_total')}
output: drpo ${sum((used) => used.output)} (${sum((used) => used.estimated)} estimated), server ${grow('tokens_predicted_total')}
the run: ${join(folder, 'run')}\n`,
);
