import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkJudgedFiles } from '../../../evals/experiments/checkBias.ts';
import { evaluateMethod } from '../../../evals/experiments/evaluateMethod.ts';
import type { EvaluateFlags } from '../../../evals/experiments/options.ts';
import { renderBiasReport } from '../../../evals/experiments/renderBiasReport.ts';
import { createSimulatedInstructions } from '../../../evals/experiments/createSimulatedInstructions.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-bias-'));
afterAll(() => rmSync(folder, { recursive: true }));

const instructions = join(folder, 'instructions.json');
writeFileSync(instructions, JSON.stringify(createSimulatedInstructions().slice(0, 16)));
const flags = (more: Partial<EvaluateFlags>): EvaluateFlags => ({
  json: true,
  quiet: true,
  fresh: false,
  set: [],
  instructions,
  optimizer: 'simulated',
  ...more,
});
const hasty = ['judge.panel=[{"provider":"simulated","model":"hasty"}]', 'models.base.provider=simulated'];
const calls = ({ calls: c }: { calls: Record<string, number> }): number => c['judge'] ?? 0;

it('evaluate --bias tries each judge of the config, keeps the findings, and asks nothing twice', async () => {
  const out = join(folder, 'terse');
  const plain = await evaluateMethod('base', flags({ out, set: [...hasty, 'models.base.model=terse'] }));
  const set = [...hasty, 'models.base.model=terse', 'budget.calls=60'];
  const poor = await evaluateMethod('base', flags({ out, set, bias: 12 }));
  expect([poor.status, poor.evaluation.stoppedBy, poor.evaluation.n]).toEqual([3, 'budget', plain.evaluation.n]);
  expect(poor.evaluation.bias?.trials).toBeLessThan(24);
  const rich = flags({ out, set: set.slice(0, -1), bias: 12 });
  const { evaluation, status } = await evaluateMethod('base', rich);
  expect([status, evaluation.bias?.trials, evaluation.bias?.of]).toEqual([0, 24, 24]);
  // the first judge's usual judgements are those of the evaluation
  expect(calls(evaluation)).toBe(plain.evaluation.n + 24 + 36);
  const positions = evaluation.bias?.findings.filter((f) => f.check === 'position').map((f) => [f.judge, f.verdict]);
  expect(positions).toEqual([
    ['simulated', 'noise'],
    ['simulated-hasty', 'higher'],
  ]);
  expect(calls((await evaluateMethod('base', rich)).evaluation)).toBe(calls(evaluation));
  const kept = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as typeof evaluation;
  expect(kept.bias).toEqual(evaluation.bias);
});

it('evaluate --judged --bias tells what judgements at hand tell, at no calls, and tries judges that are named', async () => {
  const other = join(folder, 'rambling');
  await evaluateMethod('base', flags({ out: other, set: [...hasty, 'models.base.model=rambling'] }));
  const judged = ['terse', 'rambling'].map((name) => join(folder, name, 'records.jsonl'));
  const { optimizer: _, ...free } = flags({ judged, bias: true });
  const none = await checkJudgedFiles(free);
  expect([none.folder, none.bias.trials]).toEqual([null, 0]);
  expect(none.bias.findings.map((f) => [f.check, f.verdict === 'cannot be told'])).toEqual([
    ['position', true],
    ['padding', true],
    ['length', false],
    ['self', true],
  ]);
  const text = renderBiasReport(none.bias);
  expect(text).toContain('position: cannot be told; no judge was named');
  expect(text).toContain('self (simulated): cannot be told; it takes two judges');
  const out = join(folder, 'judges');
  const tried = await checkJudgedFiles({ ...free, judge: 'simulated', out, bias: 10 });
  expect([tried.bias.trials, tried.bias.of, tried.stopped]).toEqual([20, 20, null]);
  await expect(checkJudgedFiles({ ...free, judged: judged.slice(1), judge: 'simulated', out })).rejects.toThrow(
    'others',
  );
});
