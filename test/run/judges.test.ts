import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, listUnpricedModels } from '../../run/config/loadConfig.ts';
import { optimize } from '../../run/optimize.ts';
import type { OptimizeResult } from '../../run/result.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'drpo-judges-'));
const small = ['models.optimizer="simulated"', 'search.depth=4', 'search.maxDepthIncrease=0', 'final=null'];

async function run(...set: string[]): Promise<{ result: OptimizeResult; calls: { role: string; model: string }[] }> {
  const out = folder();
  const result = await optimize({ config: loadConfig({ set: [...small, ...set] }), folder: out });
  const lines = readFileSync(join(out, 'calls.jsonl'), 'utf8').trim().split('\n');
  return { result, calls: lines.map((line) => JSON.parse(line) as { role: string; model: string }) };
}

describe('judge.panel', () => {
  it('judges every response besides models.judge, counted under judge', async () => {
    const one = await run('judge.reliabilityChecks=0');
    const three = await run(
      'judge.reliabilityChecks=0',
      'judge.panel=[{"provider":"simulated","seed":5},{"provider":"simulated","seed":6}]',
    );
    expect(one.result.calls?.['judge']).toBe(one.result.nodes.length);
    expect(three.result.calls?.['judge']).toBe(3 * three.result.nodes.length);
    expect(three.result.nodes[0]?.evaluation).not.toEqual({});
  });

  it('takes nothing from the optimizer, and each wrong judge is reported', () => {
    const wrong = ['models.optimizer="simulated"', 'judge.panel=[{"temperature":0},{"model":"m","api":"completions"}]'];
    expect(() => loadConfig({ set: wrong })).toThrow(/judge\.panel\.0\.model.*\n?.*judge\.panel\.1\.api/s);
  });
});

describe('judge.reliabilityChecks', () => {
  it('repeats a few judgements and measures how far the scores differ', async () => {
    const without = await run('judge.reliabilityChecks=0');
    const { result } = await run('judge.reliabilityChecks=3');
    expect(result.calls?.['judge']).toBe(without.result.nodes.length + 3);
    expect(result.reliability?.judgements).toBe(3);
    expect(result.reliability?.scores).toBeGreaterThanOrEqual(6);
    expect(result.reliability?.spread).toBeGreaterThanOrEqual(0);
    expect(result.nodes).toEqual(without.result.nodes);
    expect(without.result.reliability).toBeNull();
  });

  it('is off in the reference preset, and missing if the budget is used up', async () => {
    expect((await run('preset=reference')).result.reliability).toBeNull();
    const { result } = await run('judge.reliabilityChecks=0');
    const calls = Object.values(result.calls ?? {}).reduce((a, b) => a + b, 0);
    const tight = await run(`budget.calls=${calls + 1}`, 'judge.reliabilityChecks=3');
    expect([tight.result.stoppedBy, tight.result.reliability]).toEqual(['depth', null]);
  });
});

it('a budget in USD names the models it cannot count', () => {
  const at = 'baseUrl":"http://127.0.0.1:9/v1","model';
  const set = [
    `models.optimizer={"${at}":"o","price":{"input":1,"output":1}}`,
    `models.base={"${at}":"b"}`,
    `judge.panel=[{"${at}":"j"},"simulated"]`,
  ];
  expect(listUnpricedModels(loadConfig({ set: [...set, 'budget.usd=1'] }))).toEqual(['models.base', 'judge.panel.0']);
  expect(listUnpricedModels(loadConfig({ set }))).toEqual([]);
});
