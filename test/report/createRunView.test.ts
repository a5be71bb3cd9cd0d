import { describe, expect, it } from '@jest/globals';
import { createPublishedRunView, createRunView } from '../../report/createRunView.ts';
import { describeRunConfig } from '../../report/describeRunConfig.ts';
import { CONFIG, hostileRun, node, resultFor, verdictOf } from './runs.ts';

const nodes = [
  node('0', { prompt: 'first' }),
  node('0.0', { prompt: 'second', reward: 5, value: 5 }),
  node('0.1', { prompt: 'third', reward: 5, value: 5 }),
  node('0.2', { prompt: 'fourth', reward: null, value: null, missing: 'the reply was no JSON' }),
  node('0.0.0', { prompt: 'second', reward: 3, value: 4, aspects: ['Clarity', 'Depth'] }),
];

describe('the view of a run', () => {
  const view = createRunView({ title: 'trial', config: CONFIG, result: resultFor(nodes, '0.0.0'), nodes });
  const of = (id: string) => view.nodes.find((n) => n.id === id);

  it('it shows whether each node was kept', () => {
    expect(view.path).toEqual(['0', '0.0', '0.0.0']);
    expect(of('0.0')).toMatchObject({ fate: 'kept', unchanged: false, onPath: true, column: 0, missing: null });
    expect(of('0.1')).toMatchObject({ fate: 'pruned', onPath: false });
    expect(of('0.0.0')).toMatchObject({ fate: 'kept', unchanged: true, unscored: ['Depth'] });
    expect(of('0.2')).toMatchObject({ missing: 'the reply was no JSON', reward: null, scores: [] });
  });

  it('it summarizes levels and aspects', () => {
    expect(view.levels[1]).toMatchObject({ nodes: 3, pruned: 2, mean: 5, path: 5, query: 'Query 1' });
    expect(view.levels[1]?.tie).toMatchObject({ kept: ['0.0'], pruned: ['0.1', '0.2'] });
    expect(view.aspects).toEqual([{ name: 'Clarity', judged: 4, mean: 4.25, all: [4, 5, 3], path: [4, 5, 3] }]);
  });

  it('it names the levels on which all candidates tie', () => {
    expect(view.levels.map(({ tiedAt }) => tiedAt)).toEqual([null, 5, null]);
    const differing = nodes.map((n) => (n.id === '0.1' ? { ...n, reward: 4 } : n));
    expect(createRunView({ config: CONFIG, result: null, nodes: differing }).levels[1]?.tiedAt).toBeNull();
  });

  it('it shows the answers of both prompts that the judge of the verdict scored', () => {
    const answer = (response: string, score: number) => ({
      response,
      evaluation: { Clarity: { rationale: 'Clear.', score } },
      reward: score,
    });
    const pair = { query: 'q', judge: 'judge-model', first: answer('a', 3), challenger: answer('b', 4) };
    const proof = [pair, { ...pair, judge: 'another' }];
    const finished = new Date('2026-11-30T10:00:00Z');
    const result = { ...resultFor(nodes, '0.0.0'), verdict: verdictOf() };
    const shown = createRunView({ config: CONFIG, result, nodes, proof, finished });
    expect(shown).toMatchObject({ finished: '2026-11-30T10:00:00.000Z', verdict: { mean: 0.5 } });
    expect(shown.answers).toEqual([
      {
        query: 'q',
        first: { response: 'a', reward: 3, scores: [{ aspect: 'Clarity', rationale: 'Clear.', score: 3 }] },
        challenger: { response: 'b', reward: 4, scores: [{ aspect: 'Clarity', rationale: 'Clear.', score: 4 }] },
      },
    ]);
    expect(createRunView({ config: CONFIG, result: null, nodes, proof, finished })).toMatchObject({
      answers: [],
      finished: null,
    });
  });

  it('it shows warnings, and no value if the judge gives all the same points or the best prompt is the first', () => {
    const warnings = [{ code: 'judge-constant', text: 'All 5.' }];
    const result = { ...resultFor(nodes, '0.0.0'), warnings };
    expect(createRunView({ config: CONFIG, result, nodes })).toMatchObject({ warnings, best: { value: null } });
    expect(view).toMatchObject({ warnings: [], best: { value: 4 } });
    const running = { config: CONFIG, result: null, nodes };
    expect(createRunView({ ...running, warningsSoFar: warnings })).toMatchObject({ warnings, best: { value: null } });
    const kept = nodes.map((n) => ({ ...n, prompt: 'first' }));
    expect(createRunView({ ...running, nodes: kept }).best.value).toBeNull();
  });

  it('it counts calls, tokens and dollars by role, failures by kind and rejected rewrites by reason', () => {
    expect(view.roles.map((r) => r.role)).toEqual(['base', 'reward', 'judge', 'optimizer']);
    expect(view.roles[0]).toMatchObject({ calls: 148, failed: 1, input: 312_400 });
    expect(view.roles[0]?.usd).toBeCloseTo(0.3124 * 0.15 + 0.0612 * 0.6);
    expect(view.roles[1]?.usd).toBeNull();
    expect(view.failures).toEqual([
      { role: 'judge', kind: 'rateLimited', outcome: 'retried', count: 3 },
      { role: 'base', kind: 'timeout', outcome: 'failed', count: 1 },
      { role: 'base', kind: 'length', outcome: 'unusable', count: 2 },
      { role: 'judge', kind: 'unreadable', outcome: 'unusable', count: 2 },
    ]);
    expect(view.rejectedRewrites).toEqual([{ reason: 'duplicate', count: 2, lines: [] }]);
    const refused = [
      { what: 'duplicate: of 0.1', line: '- Be kind.' },
      { what: 'duplicate', line: '- Be kind.' },
      { what: 'duplicate' },
      { what: 'leak', line: '- Pedals.' },
    ];
    const shown = createRunView({ config: CONFIG, result: resultFor(nodes, '0.0.0'), nodes, refused });
    expect(shown.rejectedRewrites).toEqual([{ reason: 'duplicate', count: 2, lines: ['- Be kind.'] }]);
  });

  it('input from a cache costs its own price, and its tokens and those of thoughts and estimates are shown', () => {
    const used = { input: 1000, cachedInput: 600, output: 100, reasoning: 40, estimated: 7 };
    const price = { input: 10, cachedInput: 1, output: 20 };
    const [role] = createRunView({
      title: 'trial',
      config: { models: { base: { price } } },
      result: { ...resultFor(nodes, '0.0.0'), tokens: { base: used } },
      nodes,
    }).roles;
    expect(role).toMatchObject(used);
    expect(role?.usd).toBeCloseTo((400 * 10 + 600 * 1 + 100 * 20) / 1e6, 12);
  });

  it('it shows a running search, and one without a judged node', () => {
    const running = createRunView({ config: CONFIG, result: null, nodes });
    expect(running).toMatchObject({ state: 'running', stoppedBy: null, best: { id: '0.0.0', value: 4 }, usd: null });
    expect(running.nodes.find((n) => n.id === '0.1')?.fate).toBe('open');
    const empty = createRunView({ config: {}, result: null, nodes: [] });
    expect(empty).toMatchObject({ best: { prompt: '' }, nodes: [], levels: [], path: [] });
  });

  it('it keeps an aspect of any name', () => {
    const { config, result, nodes: hostile } = hostileRun();
    const names = createRunView({ config, result, nodes: hostile }).aspects.map((a) => a.name);
    expect(names).toContain('__proto__');
    expect(({} as { score?: number }).score).toBeUndefined();
  });
});

describe('the view of a published tree', () => {
  const published = (
    id: number,
    parent: number | null,
    depth: number,
    reward: number,
    prompt: string,
    score = String(reward),
  ) => {
    const evaluation = reward > 0 ? { Clarity: { rationale: '-', score } } : {};
    return { id, parent, depth, prompt, query: `q${depth}`, output: 'o', evaluation, reward };
  };
  const tree = {
    model: 'a-model',
    cumulative_reward: 4.5,
    queries: ['q0', 'q1', 'q2'],
    // depth first, as the authors numbered them; the winner is not the first of its equals
    nodes: [
      published(0, null, 0, 0, 'p0'),
      published(1, 0, 1, 4, 'p1'),
      published(2, 1, 2, 5, 'p2'),
      published(3, 0, 1, 4, 'p3'),
      published(4, 3, 2, 5, 'p4'),
      published(5, 3, 2, 0, 'p5'),
      published(6, 0, 1, 4, 'p6'),
    ],
    best_path_prompts: ['p0', 'p3', 'p4'],
  };

  it('it finds the published path, the beam and the ties', () => {
    const view = createPublishedRunView(tree);
    expect(view).toMatchObject({
      state: 'published',
      title: 'a-model',
      best: { id: '4', prompt: 'p4', value: 4.5 },
      path: ['0', '3', '4'],
    });
    const fate = Object.fromEntries(view.nodes.map((n) => [n.id, n.fate]));
    expect(fate).toEqual({ 0: 'kept', 1: 'kept', 2: 'kept', 3: 'kept', 4: 'kept', 5: 'pruned', 6: 'pruned' });
    expect(view.levels[1]?.tie).toEqual({ value: 4, kept: ['3', '1'], pruned: ['6'] });
    expect(view.levels[2]?.tie).toBeNull();
  });

  it('it says which reply could not be read and was recorded as zero', () => {
    const unread = createPublishedRunView(tree).nodes.find((n) => n.id === '5');
    expect(unread).toMatchObject({ reward: 0, scores: [] });
    expect(unread?.missing).toMatch(/recorded a reward of 0/);
  });

  it('it refuses a file that is not a tree', () => {
    expect(() => createPublishedRunView({ model: 'x' })).toThrow(/nodes/);
  });
});

describe('what the top of the page says of a config', () => {
  const small = { provider: 'openai', model: 'small' };
  const roles = { base: small, reward: small, judge: { provider: 'openai', model: 'large' }, optimizer: small };

  it('it names each model once with its roles, and what scores', () => {
    const rewards = { mode: 'dynamic', criteria: ['Clarity', { name: 'Policy' }], checks: [{ type: 'length' }] };
    expect(describeRunConfig({ models: roles, rewards })).toEqual({
      models: 'small (base, optimizer, reward), large (judge)',
      scoring: 'Clarity, Policy; checks (length)',
      isSimulated: false,
      areRemarksLate: false,
    });
  });

  it('it leaves out models that a run with checks alone does not ask', () => {
    const rewards = { mode: 'checks', checks: [{ type: 'length' }, { type: 'regex' }, { type: 'length' }] };
    expect(describeRunConfig({ models: roles, rewards })).toEqual({
      models: 'small (base, optimizer)',
      scoring: 'checks (length, regex)',
      isSimulated: false,
      areRemarksLate: false,
    });
  });

  it('it says whether the judge explains its scores only before a rewrite', () => {
    const late = { models: roles, judge: { scoring: 'expected', remarks: 'when-rewritten' } };
    expect(describeRunConfig(late).areRemarksLate).toBe(true);
    expect(describeRunConfig({ models: roles, judge: { remarks: 'always' } }).areRemarksLate).toBe(false);
    expect(describeRunConfig({ models: roles, judge: 5 })).toMatchObject({
      scoring: expect.any(String),
      areRemarksLate: false,
    });
  });

  it('it says that models are simulated, and nothing of a config that it cannot read', () => {
    const simulated = { provider: 'simulated' };
    const models = { base: simulated, reward: simulated, judge: simulated, optimizer: simulated };
    expect(describeRunConfig({ models }).isSimulated).toBe(true);
    for (const config of [null, 'text', {}, { models: 5, rewards: [] }])
      expect(describeRunConfig(config)).toEqual({
        models: null,
        scoring: null,
        isSimulated: false,
        areRemarksLate: false,
      });
  });
});
