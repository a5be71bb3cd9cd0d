import { expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderSummary } from '../../cli/summary.ts';
import { planRun } from '../../forecast/planRun.ts';
import type { Judge, Nodes } from '../../nodes/index.ts';
import { parseCheckedLine } from '../../models/cache/checkedLine.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import type { OptimizeEvent } from '../../run/events.ts';
import { optimize, type OptimizedRun } from '../../run/optimize.ts';
import type { OptimizeOptions } from '../../run/optimizeOptions.ts';
import { ProofRecord } from '../../run/proofRecord.ts';
import { readRunView } from '../../run/writeReport.ts';
import { ProofVerdict } from '../../state/verdict.ts';

const CONFIG = { models: { optimizer: 'simulated' }, judge: { reliabilityChecks: 0 } } as const;
/** Prefers long answers: those to a longer prompt, in the simulation. */
const preferNew: Judge = async ({ response, rewards }) => ({
  evaluation: Object.fromEntries(
    rewards.map(({ name }) => [name, { rationale: 'x', score: response === 'new' ? 4 : 2 }]),
  ),
});
/** The first prompt gets 2 points, all others 4. */
const obviousNodes: Partial<Nodes> = {
  judge: preferNew,
  respond: async ({ prompt }) => ({ response: prompt === 'First.' ? 'old' : 'new' }),
};
const obvious = (): Partial<Nodes> => obviousNodes;

async function see(options: OptimizeOptions = {}) {
  const events: OptimizeEvent[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'drpo-verdict-'));
  const run = await optimize({ folder, onEvent: (event) => void events.push(event), ...options });
  const file = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as OptimizedRun;
  const started = events.find((event) => event.type === 'started');
  return { run, file, events, started, summary: renderSummary({ exitCode: 0, outcome: run, folder }) };
}

it('a gain is proven in words, in result, summary and page, with the answers in proof.jsonl', async () => {
  const { run, file, summary, started } = await see({ config: { ...CONFIG, initialPrompt: 'First.' }, nodes: obvious });
  expect(ProofVerdict.parse(file.verdict)).toEqual(run.verdict);
  expect(run.verdict).toMatchObject({ outcome: 'better', mean: 2, judge: 'simulated', moreQueries: null, reasons: [] });
  expect(summary).toMatch(
    /^Verdict: better by 2\.00 \(\d\.\d\d to \d\.\d\d\)\. On \d+ fresh queries, judged by simulated\.\n/,
  );
  expect(readRunView(run.folder).verdict).toEqual(run.verdict);
  expect(file.final).not.toHaveProperty('pairs');
  const lines = readFileSync(join(run.folder, 'proof.jsonl'), 'utf8').trim().split('\n');
  const records = lines.map((line) => ProofRecord.parse(parseCheckedLine(line)));
  expect(records.map(({ query }) => query)).toEqual(run.final?.proof);
  expect(records[0]).toMatchObject({
    judge: 'simulated',
    first: { id: '0', response: 'old', reward: 2 },
    challenger: { id: run.bestId, response: 'new', reward: 4 },
  });
  expect(started).not.toHaveProperty('proof');
});

it('a judge that only proves judges the proof alone, and is named in verdict, summary, page and proof', async () => {
  const proofJudge = { provider: 'simulated', model: 'hasty' } as const;
  const config = { ...CONFIG, models: { optimizer: 'simulated', proofJudge }, search: { depth: 8 } };
  const { run, file, summary } = await see({ config });
  const { verdict, final } = run;
  expect(final?.proof.length).toBeGreaterThan(3);
  expect(verdict).toMatchObject({
    judge: 'simulated-hasty',
    text: expect.stringMatching(/, by a judge that the search never asked$/),
  });
  expect(verdict?.queries).toBe(final?.proof.length);
  expect(file.calls).toMatchObject({ proofJudge: 2 * (verdict?.queries ?? 0) });
  expect(summary).toContain('judged by simulated-hasty');
  expect(readRunView(run.folder)).toMatchObject({
    verdict,
    roles: expect.arrayContaining([expect.objectContaining({ role: 'proofJudge' })]),
  });
  const lines = readFileSync(join(run.folder, 'proof.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => ProofRecord.parse(parseCheckedLine(line)).judge)).toEqual(
    lines.map(() => 'simulated-hasty'),
  );
  // the selection keeps the judge of the search
  expect(final?.candidates.every(({ judged }) => judged <= (final.queries.length ?? 0))).toBe(true);
  const { expected } = await planRun(loadConfig({ values: config }));
  expect(expected.calls.proofJudge).toBeGreaterThan(0);
  const refused = { ...config, rewards: { mode: 'checks', checks: [{ type: 'contains', value: 'a' }] } };
  expect(() => loadConfig({ values: refused })).toThrow('models.proofJudge: expected no judge');
});

it('a run with too few queries says so before its first call, and claims nothing', async () => {
  const queries = Array.from({ length: 20 }, (_, i) => `What is ${i} + 1?`);
  const { run, started, events, summary } = await see({ config: CONFIG, queries });
  expect(started).toMatchObject({
    proof: expect.stringMatching(
      /^The proof will have \d fresh quer\w+ and needs at least 6\. \d+ more training queries would do, or 6 of/,
    ),
  });
  expect(events[0]).toBe(started);
  expect(run.verdict).toMatchObject({ low: null, high: null });
  expect(run.verdict?.outcome).toMatch(/not-settled|no-change/);
  expect(summary).not.toMatch(/ to [+−]/);
  const more = Number(/(\d+) more training/.exec((started as { proof: string }).proof)?.[1]);
  const enough = [...queries, ...Array.from({ length: more }, (_, i) => `What is ${i} + 200?`)];
  expect((await see({ config: { ...CONFIG, budget: { calls: 1 } }, queries: enough })).started).not.toHaveProperty(
    'proof',
  );
});

it('a search too small for a final still has a verdict, and says what to do', async () => {
  const { run, started } = await see({
    config: { ...CONFIG, initialPrompt: 'First.', search: { depth: 3, maxDepthIncrease: 0 } },
    nodes: () => ({
      ...obviousNodes,
      rewriteSystemPrompt: async () => ({ prompts: ['New.'], rejected: [] }),
    }),
  });
  expect(started).toMatchObject({
    proof: expect.stringMatching(/no fresh query .*Raise search\.depth, or continue with `drpo prove`/),
  });
  expect(run.final).toBeNull();
  expect(run.verdict).toMatchObject({ outcome: 'not-settled', queries: 0, mean: null, low: null });
  expect(run.verdict?.reasons.map(({ code }) => code)).toContain('few-queries');
});

it('a run that returns its first prompt has changed nothing, and knows why', async () => {
  const { run } = await see({
    config: { ...CONFIG, search: { depth: 8 } },
    nodes: () => ({ rewriteSystemPrompt: async () => ({ prompts: [], rejected: [{ prompt: 'x', reason: 'empty' }] }) }),
  });
  expect(run.verdict).toMatchObject({ outcome: 'no-change', text: 'no change: the first prompt is returned' });
  expect(run.verdict?.reasons.map(({ code }) => code)).toContain('optimizer-small');
});

it.each([
  ['the preset reference', { ...CONFIG, preset: 'reference' as const, search: { depth: 2 } }],
  ['a config without a final', { ...CONFIG, final: null, search: { depth: 2 } }],
  ['a run that a budget ended', { ...CONFIG, budget: { calls: 9 } }],
])('%s has no verdict', async (_name, config) => {
  const { run, started } = await see({ config });
  expect(run.verdict).toBeNull();
  if (!('budget' in config)) expect(started).not.toHaveProperty('proof');
});
