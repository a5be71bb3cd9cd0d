import { beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drpoHere } from '../../shared/here.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-refused-'));
const out = join(folder, 'out');
const run = join(folder, 'run');
const ADDRESS = 'http://127.0.0.1:9/v1?api-key=SECRET-7';
const set = (...keys: string[]): string[] => keys.flatMap((key) => ['--set', key]);
const model = set('models.optimizer.model=m');

beforeAll(async () => {
  const small = set('search.depth=2', 'final=null', 'judge.reliabilityChecks=0');
  expect((await drpoHere(['optimize', '--optimizer', 'simulated', '--out', run, ...small])).status).toBe(0);
});

describe('a key in the wrong place is refused before anything is written, and not shown', () => {
  it.each([
    ['models.optimizer.baseUrl', ['optimize', '--out', out, ...model, ...set(`models.optimizer.baseUrl=${ADDRESS}`)]],
    [
      'models.optimizer.baseUrl',
      ['optimize', '--out', out, ...model, ...set('models.optimizer.baseUrl=h:9/v1?k=SECRET-7')],
    ],
    [
      'models.optimizer.baseUrl',
      ['optimize', '--out', out, ...model, ...set('models.optimizer.baseUrl=http://u:SECRET-7@h/v1')],
    ],
    ['models.optimizer.baseUrl', ['optimize', '--out', out, '--optimizer', `m@${ADDRESS}`]],
    ['models.optimizer.baseUrl', ['optimize', '--out', out, '--optimizer', 'm@HTTPS://h/v1#SECRET-7']],
    ['models.optimizer.model', ['optimize', '--out', out, '--optimizer', 'm@127.0.0.1:9/v1?key=SECRET-7']],
    [
      'models.optimizer.apiKeyEnv',
      ['optimize', '--out', out, ...model, ...set('models.optimizer.apiKeyEnv=sk-SECRET-7')],
    ],
    [
      'models.embeddings.baseUrl',
      [
        'optimize',
        '--out',
        out,
        '--optimizer',
        'simulated',
        ...set(`models.embeddings={"provider":"openai","model":"e","baseUrl":"${ADDRESS}"}`),
      ],
    ],
    ['judge.panel.0', ['optimize', '--out', out, '--optimizer', 'simulated', ...set(`judge.panel=["m@${ADDRESS}"]`)]],
    [
      'checkpoints.postgresEnv',
      [
        'optimize',
        '--out',
        out,
        '--optimizer',
        'simulated',
        ...set('checkpoints.postgresEnv=postgres://u:SECRET-7@h/d'),
      ],
    ],
    [
      'models.judge.provider',
      ['optimize', '--out', out, '--optimizer', 'simulated', ...set(`models.judge.provider=${ADDRESS}`)],
    ],
    ['--set', ['optimize', '--out', out, '--optimizer', 'simulated', '--set', `=${ADDRESS}`]],
    ['--remote', ['optimize', '--out', out, '--remote', ADDRESS]],
    ['--remote', ['optimize', '--out', out, '--remote', 'http://h/sk-SECRET-7']],
    ['--base', ['answer', 'hello', '--run', run, '--base', `m@${ADDRESS}`]],
    ['--key-env', ['serve', '--run', run, '--base', 'm@http://127.0.0.1:9/v1', '--key-env', 'sk-SECRET-7']],
    ['--token-env', ['serve', '--run', run, '--token-env', 'sk-SECRET-7']],
  ])('%s (%#)', async (name, args) => {
    const ran = await drpoHere(args);
    expect([ran.status, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toMatch(new RegExp(`^drpo: ${name.replaceAll('.', '\\.')}: expected [^\n]+\n$`));
    expect(ran.stderr).not.toContain('SECRET');
    expect(existsSync(out)).toBe(false);
  });

  it('OPENAI_BASE_URL', async () => {
    const env = { OPENAI_BASE_URL: ADDRESS, OPENAI_API_KEY: 'x' };
    const ran = await drpoHere(['answer', 'hello', '--run', run, '--base', 'm'], env);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/^drpo: OPENAI_BASE_URL: expected an address without [^\n]+\n$/);
    expect(ran.stderr).not.toContain('SECRET');
  });
});
