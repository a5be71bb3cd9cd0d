import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optimize, type OptimizedRun, type OptimizeOptions } from '../../index.ts';
import { proveRun } from '../../run/prove/proveRun.ts';

const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'drpo-weights-'));
const numbered = (query: string): number => Number(/\d+/.exec(query)?.[0]);
/** Every third query is heavy. */
const weigh = (number: number): number => (number % 3 === 0 ? 4 : 1);
const tagOf = (number: number) => (number % 3 === 0 ? 'heavy' : 'light');
/** New prompts gain 1.9 points on heavy queries and lose 1.2 on light ones. The first prompt has 3 everywhere. */
const NEW_POINTS = { heavy: 4.9, light: 1.8 };
const score = (prompt: string, query: string): number => (prompt === 'First.' ? 3 : NEW_POINTS[tagOf(numbered(query))]);
const NODES = `export default () => ({
  respond: async ({ prompt }) => ({ response: prompt }),
  rewriteSystemPrompt: async ({ prompt }) => ({ prompts: [prompt + ' a', prompt + ' b'], rejected: [] }),
  judge: async ({ response, query, rewards }) => {
    const score = response === 'First.' ? 3 : Number(/[0-9]+/.exec(query)[0]) % 3 === 0 ? 4.9 : 1.8;
    return { evaluation: Object.fromEntries(rewards.map(({ name }) => [name, { rationale: '', score }])) };
  },
});`;

const toQueries = (count: number, isWeighted = true) =>
  Array.from({ length: count }, (_, i) => ({
    query: `How do I mend thing ${i}?`,
    tags: [tagOf(i), 'all'],
    ...(isWeighted && { weight: weigh(i) }),
  }));

type Settings = NonNullable<Extract<OptimizeOptions['config'], object>['search']>;

async function search(queries: ReturnType<typeof toQueries>, settings: Settings = {}) {
  const folder = makeFolder();
  const nodes = join(folder, 'nodes.mjs');
  writeFileSync(nodes, NODES);
  const said: string[] = [];
  const result = await optimize({
    config: {
      models: { optimizer: 'simulated' },
      nodes,
      initialPrompt: 'First.',
      queries: { order: 'given' },
      search: { depth: 5, maxDepthIncrease: 0, guards: false, ...settings },
      final: { candidates: 2, selectionQueries: 6, cautious: false, proof: { minQueries: 6, maxQueries: 12 } },
      judge: { reliabilityChecks: 0 },
    },
    folder: join(folder, 'run'),
    queries,
    onEvent: (event) => event.type === 'started' && said.push(event.data ?? ''),
  });
  return { folder: join(folder, 'run'), result, said: said.join() };
}

/** The weighted mean, written out once more. */
const average = (pairs: readonly (readonly [value: number, weight: number])[]): number =>
  pairs.reduce((sum, [value, weight]) => sum + value * weight, 0) / pairs.reduce((sum, [, weight]) => sum + weight, 0);

const walk = (id: string, { nodes }: OptimizedRun) => {
  const path = nodes.filter((node) => id === node.id || id.startsWith(`${node.id}.`));
  return path
    .filter(({ depth }) => depth > 0)
    .map(({ query, reward }) => [reward ?? 0, weigh(numbered(query))] as const);
};

describe('weights of queries', () => {
  it('weigh the value of each path, the final and the proof', async () => {
    const { folder, result, said } = await search(toQueries(60));
    expect(said).toContain('Means over queries are weighted, from 0.5 to 2 with a mean of 1.');
    for (const node of result.nodes.filter(({ depth }) => depth > 0))
      expect(node.value).toBeCloseTo(average(walk(node.id, result)), 10);
    const { final, verdict } = result;
    const own = (queries: readonly string[], prompt: string) =>
      average(queries.map((query) => [score(prompt, query), weigh(numbered(query))]));
    const challenger = final?.candidates.find(({ id }) => id === final.challenger);
    const asked = [...(final?.queries ?? []), ...(final?.proof ?? [])];
    expect(challenger?.mean).toBeCloseTo(own(asked, 'new'), 10);
    expect(verdict?.mean).toBeCloseTo(own(final?.proof ?? [], 'new') - 3, 10);
    expect(verdict?.text).toContain(', weighted by query');
    expect(final?.notes).toContain('queries have weights, so that means over queries are weighted');
    const proof = readFileSync(join(folder, 'proof.jsonl'), 'utf8').trim().split('\n');
    for (const line of proof) {
      const { query, weight } = JSON.parse(line) as { query: string; weight: number };
      expect(weight).toBe(weigh(numbered(query)) / 2);
    }
  });

  it('are carried on by prove', async () => {
    const { folder } = await search(toQueries(90));
    const { outcome } = await proveRun({ run: folder, max: 30 });
    const proven = readFileSync(join(folder, 'proof.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { query: string }).query);
    expect(outcome.queries).toBe(proven.length);
    expect(proven.length).toBeGreaterThan(12);
    const gain = average(proven.map((query) => [score('new', query) - 3, weigh(numbered(query))]));
    expect(outcome.mean).toBeCloseTo(gain, 10);
  });

  it('change nothing if they are all alike, and the run says so', async () => {
    const plain = await search(toQueries(60, false));
    const alike = await search(toQueries(60, false).map((query) => ({ ...query, weight: 7 })));
    expect(alike.said).toContain('Nothing uses weight, because it is the same for all.');
    expect(alike.result).toMatchObject({ nodes: plain.result.nodes, verdict: plain.result.verdict });
    expect(plain.result.nodes.some((node) => 'weight' in node)).toBe(false);
  });

  it('decide what the search returns', async () => {
    const plain = await search(toQueries(60, false));
    const { result } = await search(toQueries(60));
    expect(plain.result.bestPrompt).toBe('First.'); // two of three queries get worse
    expect(result.bestPrompt).not.toBe('First.'); // but the heavy ones get better
  });

  it('weigh every strategy’s paths', async () => {
    for (const strategy of ['mcts', 'best-of-n'] as const) {
      const { result } = await search(toQueries(60), { strategy });
      for (const node of result.nodes.filter(({ depth }) => depth > 0))
        expect(node.value).toBeCloseTo(average(walk(node.id, result)), 10);
    }
  });

  it('are an error where no mean over queries is taken', async () => {
    const file = join(makeFolder(), 'queries.json');
    writeFileSync(file, JSON.stringify(toQueries(6)));
    const models = { optimizer: 'simulated' } as const;
    const queries = { files: [file] };
    const refused = 'queries: expected no weight, because';
    await expect(optimize({ config: { models, queries, preset: 'reference' }, folder: makeFolder() })).rejects.toThrow(
      `${refused} the preset "reference" counts all queries alike`,
    );
    await expect(
      optimize({
        config: { models, queries, final: null, search: { beamWidth: 1, rankBy: 'value' } },
        folder: makeFolder(),
      }),
    ).rejects.toThrow(`${refused} a beam of 1`);
  });
});

it('the final compares the queries of each tag apart', async () => {
  const { result } = await search(toQueries(60));
  const { byTag = {}, proof = [] } = result.final ?? {};
  expect(Object.keys(byTag).toSorted()).toEqual(['all', 'heavy', 'light']);
  expect(byTag['heavy']?.mean).toBeCloseTo(1.9, 10);
  expect(byTag['light']?.mean).toBeCloseTo(-1.2, 10);
  expect(byTag['all']).toEqual({ mean: result.verdict?.mean, judged: proof.length });
});
