import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { optimize, type OptimizedRun } from '../../run/optimize.ts';
import type { Ran } from '../shared/cli.ts';
import { drpoHere } from '../shared/here.ts';
import { readLastingResult } from '../shared/lastingResult.ts';

const SEARCH = ['search.depth=5', 'search.maxDepthIncrease=2', 'preset=reference', 'queries.limit=12'];
const folder = (): string => mkdtempSync(join(tmpdir(), 'drpo-resume-'));
const cached = (out: string): string => readFileSync(join(out, 'calls.jsonl'), 'utf8');

/** Takes away what a run wrote, but for its answers and the files named. */
function forget(out: string, ...kept: string[]): void {
  for (const name of [
    'result.json',
    'nodes.jsonl',
    'output.json',
    'checkpoints.sqlite',
    'checkpoints.sqlite-wal',
    'checkpoints.sqlite-shm',
  ])
    if (!kept.some((k) => name.startsWith(k))) rmSync(join(out, name), { force: true });
}

describe('on simulated models', () => {
  const search = (out: string, ...set: string[]): Promise<OptimizedRun> =>
    optimize({ config: loadConfig({ roles: { optimizer: 'simulated' }, set: [...SEARCH, ...set] }), folder: out });
  const plain = folder();
  const cut = folder();
  beforeAll(async () => {
    await search(plain);
    await search(cut, 'budget.calls=40');
  });
  /** A folder of its own of a run that its budget has ended. */
  function unfinished(): string {
    const out = folder();
    cpSync(cut, out, { recursive: true });
    return out;
  }

  it.each([1, 8, 64])('%i calls at a time give the same result', async (concurrency) => {
    const out = folder();
    await search(out, `concurrency=${concurrency}`);
    expect(readLastingResult(out)).toBe(readLastingResult(plain));
  });

  it('a budget is never overshot, and with a larger one the run ends in the same result', async () => {
    const out = folder();
    const { stoppedBy } = await search(out, 'budget.calls=30', 'concurrency=64');
    expect(stoppedBy).toBe('budget');
    expect(cached(out).match(/^\{"key"/gm)).toHaveLength(30);
    expect(cached(out).match(/"sent":true/g)).toHaveLength(30);
    expect((await search(out, 'budget.calls=4000')).stoppedBy).not.toBe('budget');
    expect(readLastingResult(out)).toBe(readLastingResult(plain));
  });

  it.each([
    ['result and checkpoints', ['nodes.jsonl']],
    ['result, checkpoints and journal', []],
    ['the result alone', ['nodes.jsonl', 'checkpoints']],
  ])('without %s a run is repeated from its answers, and asks for nothing', async (_, kept) => {
    const out = folder();
    cpSync(plain, out, { recursive: true });
    forget(out, ...kept);
    await search(out);
    expect(cached(out)).toBe(cached(plain));
    expect(readLastingResult(out)).toBe(readLastingResult(plain));
  });

  it('a torn last line of the answers costs that one call', async () => {
    const out = folder();
    cpSync(plain, out, { recursive: true });
    forget(out);
    truncateSync(join(out, 'calls.jsonl'), Buffer.byteLength(cached(out)) - 20);
    await search(out);
    expect(cached(out).trim().split('\n')).toHaveLength(cached(plain).trim().split('\n').length);
    expect(readLastingResult(out)).toBe(readLastingResult(plain));
  });

  it('a torn last line of the journal loses no node', async () => {
    const out = unfinished();
    truncateSync(join(out, 'nodes.jsonl'), readFileSync(join(out, 'nodes.jsonl')).length - 20);
    await search(out);
    expect(readLastingResult(out)).toBe(readLastingResult(plain));
  });

  it.each([
    ['a line in the middle of the journal', 'nodes.jsonl', (text: string) => text.replace('\n', 'x\n\0\0\n')],
    ['all of the journal', 'nodes.jsonl', () => ''],
    ['a line in the middle of the answers', 'calls.jsonl', (text: string) => text.replace('\n', '\n\0\0\n')],
  ] as const)('%s that a crash damaged is written again', async (_, file, spoilt) => {
    const out = unfinished();
    writeFileSync(join(out, file), spoilt(readFileSync(join(out, file), 'utf8')));
    await search(out);
    expect(readLastingResult(out)).toBe(readLastingResult(plain));
  });

  it('damaged checkpoints are set aside, and the run is repeated from its answers', async () => {
    const out = unfinished();
    const file = join(out, 'checkpoints.sqlite');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill('x', 4096, bytes.length - 4096));
    await expect(search(out)).rejects.toThrow(/are damaged: .* run the same command again/);
    await search(out);
    expect(readLastingResult(out)).toBe(readLastingResult(plain));
  });

  it('a finished run is reported again and asks for nothing', async () => {
    const before = cached(plain);
    expect((await search(plain)).stoppedBy).not.toBe('budget');
    expect(cached(plain)).toBe(before);
  });
});

describe('through the command line, against a server', () => {
  let server: Server;
  let url = '';
  let asked = 0;
  /** Answers wait for this. */
  let hold: Promise<unknown> = Promise.resolve();
  let onAsked: (n: number) => void = () => undefined;
  /** What is wrong with a role's endpoint, after so many requests to it. */
  let broken: { role: string; how: 'down' | 'garbled'; after: number } | undefined;
  const asks = new Map<string, number>();
  beforeAll(async () => {
    server = createServer((req, res) => {
      let text = '';
      req.on('data', (chunk: Buffer) => (text += chunk.toString()));
      req.on('end', () => {
        asked++;
        onAsked(asked);
        const answer = (): void => {
          const question = JSON.parse(text) as Asked;
          const before = asks.get(question.model) ?? 0;
          asks.set(question.model, before + 1);
          const fault = broken?.role === question.model && before >= broken.after ? broken.how : undefined;
          res.writeHead(fault === 'down' ? 500 : 200, { 'content-type': 'application/json' });
          res.end(fault === 'down' ? '{}' : answerTo(question, fault === 'garbled'));
        };
        void hold.then(() => setTimeout(answer, 10));
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`;
  });
  beforeEach(() => {
    asked = 0;
    hold = Promise.resolve();
    onAsked = () => undefined;
    broken = undefined;
    asks.clear();
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  function commandOf(out: string, more: readonly string[] = []): string[] {
    const models = ['base', 'reward', 'judge', 'optimizer'].flatMap((role) => [`--${role}`, `${role}@${url}`]);
    const set = [...SEARCH, ...more].flatMap((one) => ['--set', one]);
    return ['optimize', '--out', out, '--quiet', ...models, ...set];
  }
  const here = (out: string, more?: readonly string[]): Promise<Ran> => drpoHere(commandOf(out, more));

  /** Starts or continues a run in a separate process; `at`: what is done to it when so many requests have come in. */
  async function run(
    out: string,
    at?: [number, (child: ChildProcess) => void],
  ): Promise<{ status: number | null; stderr: string }> {
    const child = spawn(process.execPath, [resolve('cli/drpo.ts'), ...commandOf(out)], {
      env: { ...process.env, LANGSMITH_TRACING: 'false' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    if (at)
      onAsked = (n) => {
        if (n === at[0]) at[1](child);
      };
    const status = await new Promise<number | null>((done) => child.on('close', done));
    onAsked = () => undefined;
    return { status, stderr };
  }

  interface Undisturbed {
    out: string;
    needed: number;
  }
  const undisturbed = new Map<string, Promise<Undisturbed>>();
  async function undisturbedRun(more: readonly string[]): Promise<Undisturbed> {
    const out = folder();
    expect((await here(out, more)).status).toBe(0);
    return { out, needed: asked };
  }
  /** A run of these settings that nothing befell; run once, before anything is broken. */
  function plainRun(more: readonly string[] = []): Promise<Undisturbed> {
    const key = more.join();
    const made = undisturbed.get(key) ?? undisturbedRun(more);
    undisturbed.set(key, made);
    return made;
  }

  it('a run killed at any point, or interrupted, or joined by another, ends in the same result', async () => {
    const { out: plain, needed } = await plainRun();
    for (const n of [2, Math.floor(needed / 2)]) {
      asked = 0;
      const out = folder();
      await run(out, [n, (child) => child.kill('SIGKILL')]);
      const lost = asked - cached(out).trim().split('\n').filter(Boolean).length;
      expect(lost).toBeLessThanOrEqual(16);
      expect((await here(out)).status).toBe(0);
      expect(readLastingResult(out)).toBe(readLastingResult(plain));
      expect(asked).toBe(needed + lost);
    }

    asked = 0;
    const out = folder();
    let second: Promise<{ status: number | null; stderr: string }> | undefined;
    const stopped = await run(out, [Math.floor(needed / 3), (child) => child.kill('SIGINT')]);
    expect(stopped.status).toBe(130);
    expect(existsSync(join(out, 'prompt.txt'))).toBe(true);
    const next = asked + 1;
    onAsked = (n) => {
      if (n === next) hold = second = run(out);
    };
    expect((await here(out)).status).toBe(0);
    const refused = await second;
    expect(refused?.status).toBe(1);
    expect(refused?.stderr).toMatch(/^drpo: .* in use by process \d+.*\n$/);
    expect(readLastingResult(out)).toBe(readLastingResult(plain));
  });

  it.each(['judge', 'optimizer', 'base'])(
    'a run ends if the %s goes down, and repeats its failed calls when it is back',
    async (role) => {
      const once = ['judge', 'optimizer', 'base'].map((one) => `models.${one}.maxRetries=0`);
      const [{ out: plain }, out] = [await plainRun(), folder()];
      asks.clear();
      broken = { role, how: 'down', after: 3 };
      const ended = await here(out, once);
      expect(ended.stderr).toMatch(new RegExp(`^drpo: ${role} .* answered 500: .*\\n$`));
      expect(ended.status).toBe(1);
      broken = undefined;
      expect((await here(out, once)).status).toBe(0);
      expect(treeOf(out)).toEqual(treeOf(plain));
    },
  );

  it.each(['judge', 'reward', 'optimizer'])(
    'an unreadable %s ends the run, and is asked again when it is fixed',
    async (role) => {
      const set = ['preset=default', 'final=null', 'search.keepPromptAbove=5'];
      const [{ out: plain }, out] = [await plainRun(set), folder()];
      broken = { role, how: 'garbled', after: 0 };
      const ended = await here(out, set);
      expect(ended.stderr).toMatch(/^drpo: \d+ of \d+ replies to \w+ could not be used\. .* Check models\.\w+ .*\n$/);
      expect(ended.status).toBe(1);
      broken = undefined;
      expect((await here(out, set)).status).toBe(0);
      expect(treeOf(out)).toEqual(treeOf(plain));
    },
  );
});

/** What a run found, its accounts apart: calls that led nowhere were paid for all the same. */
function treeOf(out: string): unknown {
  const { nodes, bestPrompt, value } = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  return { nodes, bestPrompt, value };
}

interface Asked {
  model: string;
  n?: number;
  messages: { content: string }[];
}

/** An answer that depends on the question alone. */
function answerTo({ model, n = 1, messages }: Asked, garbled: boolean): string {
  const asked = createHash('sha256').update(JSON.stringify(messages)).digest('hex');
  const score = 1 + (Number.parseInt(asked.slice(0, 4), 16) % 5);
  const replies: Record<string, (i: number) => unknown> = {
    base: () => `answer ${asked}`,
    reward: () => ({ aspects_selection: { reasoning: 'because', selected_aspects: ['Clarity', 'Depth'] } }),
    judge: () => ({ Clarity: { rationale: 'so', score }, Depth: { rationale: 'so', score: Math.max(1, score - 1) } }),
    optimizer: (i) => ({ new_system_prompt: `prompt ${asked.slice(0, 12)} ${i}` }),
  };
  const choices = Array.from({ length: n }, (_, index) => {
    const reply = garbled ? 'I would rather not say.' : replies[model]?.(index);
    return {
      index,
      finish_reason: 'stop',
      message: { role: 'assistant', content: typeof reply === 'string' ? reply : JSON.stringify(reply) },
    };
  });
  return JSON.stringify({ choices, usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } });
}
