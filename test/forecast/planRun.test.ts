import { describe, expect, it } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countWalkCalls, countStage1Calls, countCallRounds, countSequentialCalls } from '../../forecast/calls.ts';
import { computeExpectedWalk, findExtremeWalk } from '../../forecast/expectedWalk.ts';
import { simulateWalk, type SearchShape } from '../../forecast/walk.ts';
import { DEFAULT_FINAL, countFinalEvaluations } from '../../graphs/searchOptions.ts';
import { fitFinal } from '../../graphs/beam/callBudget.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { execute } from '../../cli/program.ts';
import { optimize } from '../../run/optimize.ts';
import { forecastRange } from '../../forecast/planRun.ts';
import { makeAssumptions } from '../../forecast/assumptions.ts';
import { forecastRun } from '../../forecast/forecast.ts';
import { readPlanInput, toSearchShape } from '../../forecast/planInput.ts';
import { compareForecastToRun } from '../../forecast/compareForecastToRun.ts';

const paper: SearchShape = {
  beamWidth: 2,
  actions: 3,
  runnerUpActions: 3,
  revisitAfter: null,
  depth: 20,
  maxDepthIncrease: 10,
  queries: 180,
  allQueries: 180,
  final: null,
};
const counts = (shape: SearchShape, kept: (level: number, beam: number) => number): number[] => {
  const walk = simulateWalk(shape, (level, beam) => ({ kept: kept(level, beam) }));
  const { base, optimizer } = countWalkCalls(walk);
  return [walk.length, base, optimizer];
};

describe('calls of a search: states, base generations, optimizer requests', () => {
  it.each([
    ['no skip', paper, () => 0, [20, 112, 37]],
    ['always skip', paper, (_: number, beam: number) => beam, [30, 30, 0]],
    ['one skip at levels 1 to 10', paper, (level: number) => (level >= 1 && level <= 10 ? 1 : 0), [30, 152, 47]],
    ['depth 2', { ...paper, depth: 2 }, () => 0, [2, 4, 1]],
    ['a beam of one', { ...paper, beamWidth: 1 }, () => 0, [20, 58, 19]],
    ['five queries', { ...paper, queries: 5, allQueries: 5 }, () => 0, [5, 22, 7]],
    ['depth 1', { ...paper, depth: 1 }, () => 0, [1, 1, 0]],
  ] as const)('%s', (_, shape, kept, wanted) => expect(counts(shape, kept)).toEqual(wanted));

  it.each([
    [
      'gpt-3.5-turbo',
      [1, 1, 1, 1, 3, 2, 6, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 4, 2, 2, 2, 2, 2, 2, 4, 2, 2, 6],
      69,
      7,
    ],
    ['llama2-7b', [1, 3, 2, 6, 6, 6, 6, 6, 6, 6, 4, 6, 6, 6, 6, 6, 6, 2, 6, 2, 2, 4, 6, 6, 4, 4, 6, 6], 136, 41],
    [
      'mistral-7b-v0.1',
      [1, 3, 4, 6, 6, 6, 2, 6, 6, 6, 2, 6, 2, 2, 4, 2, 6, 2, 6, 2, 2, 2, 6, 6, 2, 2, 6, 6, 2, 2],
      116,
      29,
    ],
  ])('the published run of %s, from what it kept', (_, nodes, base, optimizer) => {
    const kept = (level: number, beam: number): number => (3 * beam - (nodes[level + 1] ?? 0)) / 2; // c = A(b−s)+s
    expect(counts(paper, kept)).toEqual([nodes.length, base, optimizer]);
  });
});

describe('what is to be expected', () => {
  it('the least is a search that keeps everything, the most one that keeps one prompt a level', () => {
    expect(countWalkCalls(findExtremeWalk(paper, 'least'))).toEqual({ base: 30, reward: 30, judge: 30, optimizer: 0 });
    expect(countWalkCalls(findExtremeWalk(paper, 'most'))).toEqual({
      base: 152,
      reward: 30,
      judge: 152,
      optimizer: 47,
    });
    expect(countSequentialCalls(findExtremeWalk(paper, 'most'))).toBe(89);
    expect(findExtremeWalk({ ...paper, mayEndAt: 3 }, 'least')).toHaveLength(4);
  });

  it('the expectation meets both ends, and the published mean in between', () => {
    for (const share of [0, 1]) {
      const certain = simulateWalk(paper, (_, beam) => ({ kept: share * beam }));
      expect(countWalkCalls(computeExpectedWalk(paper, share))).toEqual(countWalkCalls(certain));
    }
    expect(countWalkCalls(computeExpectedWalk(paper, 302 / 506)).base).toBeCloseTo(923 / 9, -1); // 101, published 102.6
  });

  it('few calls at a time take more rounds, one at a time as many as there are calls', () => {
    const walk = findExtremeWalk(paper, 'most');
    expect(countCallRounds(walk, 64)).toBe(89);
    expect(countCallRounds(walk, 1)).toBe(381);
  });

  it('stage 1: (1 + (D + 1) + D) a example', () =>
    expect(countStage1Calls(16, 5)).toEqual({ base: 0, reward: 16, judge: 96, optimizer: 80 }));
});

describe('a search with a final', () => {
  const withFinal: SearchShape = { ...paper, runnerUpActions: 2, queries: 168, final: DEFAULT_FINAL };
  const judged = (shape: SearchShape, kept: (level: number, beam: number) => number): number =>
    counts(shape, kept)[1] ?? 0;

  const KEPT: [string, (level: number, beam: number) => number][] = [
    ['nothing is kept', () => 0],
    ['one is kept at every second level', (level) => level % 2],
    ['one is kept at every level', (level) => Math.min(level, 1)],
    ['two of three levels are kept whole', (level, beam) => (level % 3 ? beam : 0)],
  ];

  it.each(KEPT)('takes no more calls than the paper’s as the default has it, where %s', (_, kept) => {
    const calls = (shape: SearchShape): number => {
      const { base, reward, judge, optimizer } = countWalkCalls(
        simulateWalk(shape, (level, beam) => ({ kept: kept(level, beam) })),
      );
      return base + reward + judge + optimizer;
    };
    const final =
      2 * countFinalEvaluations(DEFAULT_FINAL) + DEFAULT_FINAL.selectionQueries + DEFAULT_FINAL.proof.maxQueries;
    const all = calls({ ...withFinal, revisitAfter: 3 }) + final;
    expect(all).toBeLessThanOrEqual(calls(paper));
    expect(all).toBeGreaterThan(0.85 * calls(paper));
  });

  it.each(KEPT)('takes the judgements of the paper’s, final and all, to half a level, where %s', (_, kept) => {
    const walk = simulateWalk(withFinal, (level, beam) => ({ kept: kept(level, beam) }));
    const raised = Math.min(10, walk.filter((level) => level.kept > 0).length);
    const level = walk.length - 1;
    const judgements = walk.reduce((n, l) => n + l.kept + 3 * (l.expanded - l.kept), 0);
    const paperLevels = { levels: level, judgements, depthIncreases: raised };
    const final = fitFinal({ level, calls: 0, paper: paperLevels, queries: 180 }, withFinal) ?? DEFAULT_FINAL;
    const all = countWalkCalls(walk).judge + countFinalEvaluations(final);
    expect(all).toBeLessThanOrEqual(judged(paper, kept) + 3);
    expect(all).toBeGreaterThan(0.9 * judged(paper, kept));
  });

  it('goes to its end where nothing was rewritten: the first prompt has no rival', () =>
    expect(judged(withFinal, (_, beam) => beam)).toBe(30));
});

describe('plan', () => {
  const simulated = (set: string[] = []) =>
    loadConfig({ roles: { optimizer: 'simulated' }, set: ['search.depth=8', 'search.maxDepthIncrease=4', ...set] });

  it('counts stage 1, prices and the tokens of this config’s own texts', async () => {
    const price = 'models.optimizer.price={"input":1,"output":2}';
    const given = await readPlanInput(simulated(['examples.rewrite=true', 'examples.rewriteLimit=2', price]));
    const { least, expected, most } = forecastRange(given, makeAssumptions(given.config));
    expect(most.calls.reward).toBe(
      2 + countWalkCalls(findExtremeWalk(toSearchShape(given), 'most')).reward + given.heldOutCount,
    );
    expect(least.calls.total).toBeLessThan(expected.calls.total);
    expect(expected.calls.total).toBeLessThan(most.calls.total);
    expect(most.usd).toBeCloseTo(
      Object.values(most.tokens).reduce<number>(
        (usd, t) => usd + (typeof t === 'number' ? 0 : t.input + 2 * t.output),
        0,
      ) / 1e6,
      9,
    );
    const longer = forecastRun(
      { ...given, queries: given.queries.map((q) => `${q}${'.'.repeat(4000)}`) },
      computeExpectedWalk(paper, 1),
      makeAssumptions(given.config),
      0,
    );
    expect(longer.tokens.base.input).toBeGreaterThan(given.queries.length * 1000);
  });

  it.each([
    ['default', 'beam'],
    ['reference', 'beam'],
    ['default', 'greedy'],
    ['default', 'monte-carlo'],
    ['default', 'best-of-n'],
    ['default', 'mcts'],
  ])(
    'a finished run, preset %s, strategy %s: calls within 5 %% and in the range, tokens within 15 %% of what was forecast',
    async (preset, strategy) => {
      const out = mkdtempSync(join(tmpdir(), 'drpo-plan-'));
      const set = [`preset=${preset}`, `search.strategy=${strategy}`, 'search.depth=20', 'search.maxDepthIncrease=10'];
      const config = simulated(set);
      const range = forecastRange(await readPlanInput(config), makeAssumptions(config));
      await optimize({ config, folder: out });
      const { forecast: foreseen, actual } = await compareForecastToRun(out);
      expect(Math.abs(foreseen.calls.total / actual.calls.total - 1)).toBeLessThan(0.05);
      expect(Math.abs(foreseen.tokens.total / actual.tokens.total - 1)).toBeLessThan(0.15);
      expect(actual.calls.total).toBeGreaterThanOrEqual(range.least.calls.total);
      expect(actual.calls.total).toBeLessThanOrEqual(range.most.calls.total);
    },
  );

  it('needs no key and leaves no folder', async () => {
    const before = process.exitCode;
    await execute(['node', 'drpo', 'plan', '--optimizer', 'gpt-4o-mini', '--quiet', '--set', 'search.depth=8']);
    expect(process.exitCode).toBe(before);
  });
});
