import { beforeAll, describe, expect, it } from '@jest/globals';
import { execute } from '../../cli/program.ts';
import { makeAssumptions } from '../../forecast/assumptions.ts';
import { findPhase } from '../../forecast/countingNodes.ts';
import { makeDrawingNodes, type Draws } from '../../forecast/drawingNodes.ts';
import type { Forecast } from '../../forecast/forecast.ts';
import { forecastRange } from '../../forecast/forecastRange.ts';
import { readPlanInput } from '../../forecast/planInput.ts';
import { planRun } from '../../forecast/planRun.ts';
import { forecastWalk } from '../../forecast/forecastWalk.ts';
import type { Plan } from '../../forecast/renderPlan.ts';
import type { Nodes } from '../../nodes/index.ts';
import { loadConfig, type Config } from '../../run/config/loadConfig.ts';

const simulated = (set: string[] = []): Config => loadConfig({ roles: { optimizer: 'simulated' }, set });
const paper = (set: string[] = []): Config =>
  loadConfig({ roles: { optimizer: 'gpt-4o-mini' }, set: ['preset=reference', ...set] });

const EVERYTHING_NEW: Draws = { judge: () => 'rewritten', isNew: () => true, exampleRewrites: () => Infinity };

/** The forecast of a walk in which so many of a beam keep their prompt at each level. */
async function walkKeeping(config: Config, keptAt: (level: number) => number): Promise<Forecast> {
  const input = await readPlanInput(config);
  const assumed = makeAssumptions(config);
  const drawing = makeDrawingNodes(config, input.nodes, assumed, EVERYTHING_NEW);
  let [phase, level, place] = ['', -1, 0];
  const judge: Nodes['judge'] = async ({ rewards, stage }, runnable) => {
    const now = findPhase(stage, runnable);
    [phase, level, place] = now === phase ? [now, level, place + 1] : [now, level + 1, 0];
    const isFinal = String(runnable?.metadata?.['langgraph_checkpoint_ns']).includes('compareOnHeldOut');
    const score = !isFinal && place < keptAt(level) ? 5 : 4;
    return { evaluation: Object.fromEntries(rewards.map(({ name }) => [name, { rationale: '', score }])) };
  };
  return forecastWalk(input, assumed, { ...drawing, judge });
}
/** States of a path, base generations, optimizer requests: every state of the reference selects rewards once. */
const countCalls = async (config: Config, keptAt: (level: number) => number): Promise<number[]> => {
  const { reward, base, optimizer } = (await walkKeeping(config, keptAt)).calls;
  return [reward, base, optimizer];
};

describe('a walk', () => {
  it.each([
    ['nothing is kept', [], () => 0, [20, 112, 37]],
    ['everything is kept', [], () => Infinity, [30, 30, 0]],
    ['one prompt is kept at levels 1 to 10', [], (l: number) => (l >= 1 && l <= 10 ? 1 : 0), [30, 152, 47]],
    ['the depth is 2', ['search.depth=2'], () => 0, [2, 4, 1]],
    ['the beam holds one', ['search.beamWidth=1'], () => 0, [20, 58, 19]],
    ['there are five queries', ['queries.limit=5'], () => 0, [5, 22, 7]],
    ['the depth is 1', ['search.depth=1'], () => 0, [1, 1, 0]],
  ] as const)(
    'takes the states, base generations and optimizer requests of the paper’s search if %s',
    async (_, set, keptAt, wanted) => expect(await countCalls(paper([...set]), keptAt)).toEqual(wanted),
  );

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
  ])('takes those of the published run of %s, from what it kept', async (_, nodes, base, optimizer) => {
    const beamAt = (level: number): number => Math.min(2, nodes[level] ?? 0);
    const keptAt = (level: number): number => (3 * beamAt(level) - (nodes[level + 1] ?? 0)) / 2;
    expect(await countCalls(paper(), keptAt)).toEqual([nodes.length, base, optimizer]);
  });
});

describe('the range of a forecast', () => {
  let plan: Plan;
  beforeAll(async () => void (plan = await planRun(paper())));

  it('reaches from a search that keeps everything to one that keeps one prompt at a level', async () => {
    const { least, most } = plan;
    expect(least.calls).toEqual({ base: 30, reward: 30, judge: 30, optimizer: 0, proofJudge: 0, total: 90 });
    expect(most.calls).toEqual({ base: 152, reward: 30, judge: 152, optimizer: 47, proofJudge: 0, total: 381 });
    expect(most.steps).toBe(89);
    const { least: short } = await planRun(paper(['search.patience=2']));
    expect(short.calls.base).toBeLessThanOrEqual(4);
  });

  it('has an expectation that meets both ends, and the published mean between them', async () => {
    for (const keptShare of [0, 1]) {
      const config = paper(['search.depth=5']);
      const { expected } = await planRun(config, { keptShare });
      expect(expected.calls).toEqual((await walkKeeping(config, () => keptShare * Infinity || 0)).calls);
    }
    expect(plan.expected.calls.base).toBeCloseTo(923 / 9, -1); // published: 102.6
  });

  it('takes more time if few calls are under way at a time; one by one, that of all calls', async () => {
    const [config, keptAt] = [paper(), (level: number) => (level >= 1 && level <= 10 ? 1 : 0)];
    const { latency } = makeAssumptions(config);
    const measureRounds = async (concurrency: number): Promise<number> =>
      (await walkKeeping({ ...config, concurrency }, keptAt)).seconds / latency;
    expect(await measureRounds(64)).toBe(89);
    expect(await measureRounds(1)).toBe(381);
  });

  it('contains stage 1 with 1 + (D + 1) + D calls for each example', async () => {
    const count = async (rewrite: boolean): Promise<Forecast['calls']> =>
      (await walkKeeping(simulated([`examples.rewrite=${rewrite}`, 'examples.rewriteLimit=16']), () => 0)).calls;
    const [without, all] = [await count(false), await count(true)];
    expect(all.reward - without.reward).toBe(16);
    expect(all.judge - without.judge).toBe(96);
    expect(all.optimizer - without.optimizer).toBe(80);
  });
});

describe('a search with a final comparison', () => {
  it.each([
    ['nothing is kept', () => 0, 0.85],
    ['one is kept at every second level', (level: number) => level % 2, 0.85],
    ['one is kept at every level but the first', (level: number) => Math.min(level, 1), 0.85],
    // a search that rewrites little has a smaller final
    ['two of three levels are kept whole', (level: number) => (level % 3 ? Infinity : 0), 0.75],
  ])('takes no more calls than the paper’s search if %s', async (_, keptAt, leastShare) => {
    const all = (await walkKeeping(simulated(['judge.reliabilityChecks=0']), keptAt)).calls.total;
    const inPaper = (await walkKeeping(paper(), keptAt)).calls.total;
    expect(all).toBeLessThanOrEqual(inPaper);
    expect(all).toBeGreaterThan(leastShare * inPaper);
  });

  it('goes to its end if nothing was rewritten, since the first prompt has no rival', async () => {
    const { calls } = await walkKeeping(simulated(['judge.reliabilityChecks=0']), () => Infinity);
    expect(calls.base).toBe(30);
  });
});

it('a final that shortens its winner is expected to try all cuts, however short the prompts are', async () => {
  const count = async (maxCuts: number): Promise<number> => {
    const sizes = ['search.depth=4', 'final.candidates=2', 'final.selectionQueries=6', 'final.proof.maxQueries=6'];
    const config = simulated([...sizes, `final.shorten={"maxCuts":${maxCuts}}`]);
    const [input, assumed] = [await readPlanInput(config), makeAssumptions(config)];
    const drawing = makeDrawingNodes(config, input.nodes, assumed, EVERYTHING_NEW);
    return (await forecastWalk(input, assumed, drawing)).calls.total;
  };
  const [few, many] = [await count(4), await count(8)];
  // a cut that is kept answers all 12 queries of the final: an answer and a judgement each
  expect(many - few).toBe(4 * 12 * 2);
});

describe('plan', () => {
  const short = (set: string[] = []): Config => simulated(['search.depth=4', 'search.maxDepthIncrease=2', ...set]);

  it('counts stage 1, prices and the tokens of this config’s own texts', async () => {
    const price = 'models.optimizer.price={"input":1,"output":2}';
    const config = short(['examples.rewrite=true', 'examples.rewriteLimit=2', price]);
    const input = await readPlanInput(config);
    const assumed = makeAssumptions(config);
    const { least, expected, most } = await forecastRange(input, assumed);
    const { most: stage2 } = await planRun(short());
    expect(most.calls.reward).toBe(2 + stage2.calls.reward);
    expect(least.calls.total).toBeLessThan(expected.calls.total);
    expect(expected.calls.total).toBeLessThan(most.calls.total);
    expect(most.usd).toBeCloseTo(
      Object.values(most.tokens).reduce<number>(
        (usd, t) => usd + (typeof t === 'number' ? 0 : t.input + 2 * t.output),
        0,
      ) / 1e6,
      9,
    );
    const queries = input.data.queries.map((query) => ({ ...query, text: `${query.text}${'.'.repeat(4000)}` }));
    const longer = await forecastRange({ ...input, data: { ...input.data, queries } }, assumed);
    const more = longer.expected.tokens.base.input - expected.tokens.base.input;
    expect(more / expected.calls.base).toBeCloseTo(1000, -1);
  });

  it('expects no reply to be longer than its limit of tokens allows', async () => {
    const limits = ['models.base.maxTokens=120', 'models.judge.maxTokens=40', 'models.optimizer.maxTokens=60'];
    const { tokens, calls } = (await planRun(paper(['search.depth=3', ...limits]))).most;
    expect(tokens.base.output).toBe(120 * calls.base);
    expect(tokens.judge.output).toBe(40 * calls.judge);
    expect(tokens.optimizer.output).toBe(3 * 60 * calls.optimizer);
  });

  it('returns the same forecast for the same config', async () =>
    expect(await planRun(short())).toEqual(await planRun(short())));

  it('needs no key and leaves no folder', async () => {
    await execute(['node', 'drpo', 'plan', '--optimizer', 'gpt-4o-mini', '--quiet', '--set', 'search.depth=2']);
    expect(process.exitCode ?? 0).toBe(0);
  });
});
