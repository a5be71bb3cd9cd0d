import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { preparePython, prepareWeights } from '../../scripts/real/realModels.ts';
import { startRealServer, type RealServer } from '../../scripts/real/startRealServer.ts';
import { runDrpo } from './runDrpo.ts';

// A model of half a billion parameters and a base model without a chat template, each on llama.cpp's own server. Their
// points mean nothing; what is tested is how real replies are read and counted. Two idle cores need about two minutes.

/** Why the packages cannot be had; null if they can. A package with another hash is a failure, and no reason to skip. */
const unavailable = await prepareAll().catch((error: unknown) => {
  if (String(error).includes('DO NOT MATCH THE HASHES')) throw error;
  return String(error).trim().split('\n').at(-1) ?? '';
});
if (unavailable !== null)
  process.stderr.write(`skipped: packages of scripts/real/packages cannot be had: ${unavailable}\n`);
/** Fetches what is missing. */
async function prepareAll(): Promise<null> {
  await preparePython('server');
  for (const name of ['qwen05', 'gemma270'] as const) await prepareWeights(name);
  return null;
}

const real = unavailable === null ? describe : describe.skip;

const folder = mkdtempSync(join(tmpdir(), 'drpo-real-'));
const run = join(folder, 'run');
const servers: RealServer[] = [];
const QUERIES = ['How do I keep onions fresh?', 'Explain the tides to a child.', 'Plan a picnic for six people.'];

/** What no answer of a user may hold: thoughts, and the marks of templates. */
const NO_ANSWER = /<\/?think|<\|im_|<start_of_turn>|<\|channel\|>/;

const ROLES = ['base', 'reward', 'judge', 'optimizer'] as const;
const Counts = z.object({ input: z.number(), cachedInput: z.number(), output: z.number(), estimated: z.number() });
const Result = z.object({
  bestPrompt: z.string(),
  stoppedBy: z.string(),
  nodes: z.array(
    z.object({
      response: z.string(),
      evaluation: z.record(z.string(), z.object({ score: z.number().min(1).max(5), rationale: z.string() })),
    }),
  ),
  calls: z.record(z.string(), z.number()),
  tokens: z.record(z.string(), Counts),
  judgedByOdds: z.number(),
  failures: z.object({ unreadable: z.record(z.string(), z.number()) }),
});

const Evaluation = z.object({ n: z.number(), unanswered: z.number(), unreadable: z.number(), average: z.number() });

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true });
});

real('a real llama.cpp server', () => {
  let result: z.infer<typeof Result>;
  let shown = '';
  let spent: Record<string, number>[] = [];

  beforeAll(async () => {
    const [chat, base] = [
      await startRealServer('qwen05', { slots: 3, context: 12_288 }),
      await startRealServer('gemma270', { slots: 2, context: 8192 }),
    ];
    servers.push(chat, base);
    const write = (name: string, content: unknown): string => {
      writeFileSync(join(folder, name), JSON.stringify(content));
      return join(folder, name);
    };
    const model = { model: 'local', baseUrl: `${chat.url}/v1`, temperature: 0, seed: 1 };
    const config = write('config.json', {
      models: {
        optimizer: { ...model, temperature: 0.8, maxTokens: 250 },
        reward: { ...model, maxTokens: 250 },
        judge: { ...model, maxTokens: 250 },
        base: { ...model, baseUrl: `${base.url}/v1`, api: 'completions', maxTokens: 60 },
      },
      concurrency: 2,
      queries: {
        files: [
          write(
            'queries.json',
            QUERIES.map((query) => ({ query })),
          ),
        ],
        order: 'given',
      },
      examples: { k: 1 },
      search: { beamWidth: 1, actions: 2, depth: 2, maxDepthIncrease: 0 },
      final: null,
      judge: { reliabilityChecks: 0 },
    });
    const { exitCode, stdout, stderr } = await runDrpo('optimize', '--config', config, '--out', run);
    shown = `exit ${exitCode}\n${stdout}\n${stderr}`;
    spent = await Promise.all(servers.map((server) => server.readMetrics()));
    result = Result.parse(JSON.parse(readFileSync(join(run, 'result.json'), 'utf8')));
  });

  it('a search ends well, and its judgements are read', () => {
    expect(shown).toMatch(/^exit 0\n/);
    expect(result.bestPrompt).not.toMatch(NO_ANSWER);
    expect(result.nodes.length).toBeGreaterThan(1);
    const judged = result.nodes.filter(({ evaluation }) => Object.keys(evaluation).length > 0);
    expect(judged.length).toBeGreaterThan(result.nodes.length / 2);
    // the server gives logprobs, so the judge's scores are means over the odds of its digits
    expect(result.judgedByOdds).toBeGreaterThanOrEqual(judged.length);
    const unreadable = sum(Object.values(result.failures.unreadable));
    expect(unreadable / sum(Object.values(result.calls))).toBeLessThan(1 / 3);
    process.stderr.write(
      `${result.nodes.length} candidates, ${judged.length} judged; calls ${JSON.stringify(result.calls)}, unreadable ${JSON.stringify(result.failures.unreadable)}\n`,
    );
  });

  it('responses of a base model without a chat template hold no marks and no next query', () => {
    for (const { response } of result.nodes) expect(response).not.toMatch(NO_ANSWER);
    for (const { response } of result.nodes) expect(response).not.toMatch(/^# ?Query:/m);
  });

  it('its tokens are those that the servers themselves counted', () => {
    const used = ROLES.map((role) => result.tokens[role] ?? Counts.parse({}));
    const counted = (name: string): number => sum(spent.map((metrics) => metrics[name] ?? NaN));
    const processed = sum(used.map(({ input, cachedInput }) => input - cachedInput));
    const written = sum(used.map(({ output }) => output));
    process.stderr.write(
      `tokens by drpo and by the servers: in ${processed} and ${counted('prompt_tokens_total')}, out ${written} and ${counted('tokens_predicted_total')}; ${sum(used.map((u) => u.estimated))} estimated\n`,
    );
    expect(processed / counted('prompt_tokens_total')).toBeCloseTo(1, 1);
    expect(Math.abs(written / counted('tokens_predicted_total') - 1)).toBeLessThan(0.1);
  });

  it('answer uses the prompt in both layouts', async () => {
    const plain = await runDrpo('answer', '--run', run, QUERIES[0] ?? '');
    const chat = await runDrpo('answer', '--run', run, '--base', `local@${servers[0]?.url}/v1`, QUERIES[0] ?? '');
    for (const { exitCode, stdout, stderr } of [plain, chat]) {
      expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
      expect(stdout.trim()).not.toBe('');
      expect(stdout).not.toMatch(NO_ANSWER);
    }
    expect(plain.stdout).not.toMatch(/^# ?Query:/m);
  });

  it('evaluate judges answers in both layouts', async () => {
    const instructions = join(folder, 'instructions.json');
    writeFileSync(instructions, JSON.stringify([{ id: 1, instruction: QUERIES[1], source_dataset: 'own' }]));
    const args = ['evaluate', '--config', join(folder, 'config.json'), '--instructions', instructions, '--json'];
    const plain = await runDrpo(...args, '--method', 'drpo', '--run', run, '--out', join(folder, 'plain'));
    const base = ['--set', 'models.base.api=chat', '--set', `models.base.baseUrl=${servers[0]?.url}/v1`];
    const chat = await runDrpo(...args, '--method', 'base', '--out', join(folder, 'chat'), ...base);
    for (const { exitCode, stdout, stderr } of [plain, chat]) {
      expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
      const { n, unanswered, unreadable, average } = Evaluation.parse(
        JSON.parse(stdout.trim().split('\n').at(-1) ?? ''),
      );
      expect([n, unanswered, unreadable]).toEqual([1, 0, 0]);
      expect(average).toBeGreaterThanOrEqual(1);
    }
  });
});
