import { describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drpo, root, run, type Ran } from '../shared/cli.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'drpo-replay-'));
const runs = join(root, 'examples/runs');
const recorded = readdirSync(runs).filter((name) => existsSync(join(runs, name, 'result.json')));

/** `npm start` with an environment in which every address leads to a server that counts. */
async function start(...args: string[]): Promise<Ran & { requests: number }> {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    response.writeHead(500).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const proxies = { HTTP_PROXY: url, HTTPS_PROXY: url, http_proxy: url, https_proxy: url, NO_PROXY: '', no_proxy: '' };
  const langsmith = { LANGSMITH_TRACING: 'true', LANGSMITH_ENDPOINT: url, LANGSMITH_API_KEY: 'none' };
  const ran = await run(process.execPath, ['--disable-warning=ExperimentalWarning', 'cli/demo.ts', ...args], {
    env: { ...process.env, ...proxies, ...langsmith, OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'none' },
  });
  server.close();
  return { ...ran, requests };
}

describe('npm start -- --replay', () => {
  it('repeats each run in examples/runs without a request', async () => {
    for (const name of recorded) {
      const out = folder();
      const { status, stdout, stderr, requests } = await start('--replay', join(runs, name), '--out', out);
      expect([name, status, status === 0 ? '' : stderr]).toEqual([name, 0, '']);
      expect(stdout).toContain('no request was sent, and the result is the recorded one to the last digit');
      expect(requests).toBe(0);
      const read = (from: string) => JSON.parse(readFileSync(join(from, 'result.json'), 'utf8')) as { verdict: object };
      expect(read(out).verdict).toEqual(read(join(runs, name)).verdict);
    }
  });

  it('repeats a run of one’s own, and says so as JSON', async () => {
    const own = folder();
    await drpo(['optimize', '--no-config', '--optimizer', 'simulated', '--set', 'search.depth=3', '--out', own]);
    const { status, stdout, requests } = await start('--replay', own, '--out', folder(), '--json', '--quiet');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ differences: [], levels: 2 });
    expect(requests).toBe(0);
  });

  it.each([
    [['--replay'], '--replay'],
    [['--replay', 'nowhere'], "expected a run's folder"],
    [['--replay', 'examples', '--set', 'a=b'], 'expected no other flags than --out, --json and --quiet'],
  ])('refuses %j in one line', async (args, message) => {
    const { status, stderr } = await start(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
