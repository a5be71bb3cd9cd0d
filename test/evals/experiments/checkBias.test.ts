import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkJudgedFiles } from '../../../evals/experiments/checkJudgedFiles.ts';
import { evaluateMethod } from '../../../evals/experiments/evaluateMethod.ts';
import { loadJudgeConfig } from '../../../evals/experiments/evaluationConfig.ts';
import type { EvaluationReport } from '../../../evals/experiments/evaluationReport.ts';
import { renderBiasReport } from '../../../evals/experiments/renderBiasReport.ts';
import { createSimulatedInstructions } from '../../../evals/experiments/createSimulatedInstructions.ts';
import type { CommandResult } from '../../../run/commandResult.ts';
import { loadConfig } from '../../../run/config/loadConfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-bias-'));
afterAll(() => rmSync(folder, { recursive: true }));

const instructions = join(folder, 'instructions.json');
writeFileSync(instructions, JSON.stringify(createSimulatedInstructions().slice(0, 16)));
/** Evaluates the base method on the simulated models, with a second judge that prefers what it sees first. */
function evaluate(
  out: string,
  base: string,
  options: { bias?: number; calls?: number } = {},
): Promise<CommandResult<EvaluationReport>> {
  const set = [
    'judge.panel=[{"provider":"simulated","model":"hasty"}]',
    `models.base={"provider":"simulated","model":"${base}"}`,
    ...(options.calls === undefined ? [] : [`budget.calls=${options.calls}`]),
  ];
  const config = loadConfig({ set, roles: { optimizer: 'simulated' } });
  return evaluateMethod(config, { method: 'base', instructions, out, bias: options.bias, screen: null });
}
const countJudgeCalls = ({ calls }: { calls: Record<string, number> }): number => calls['judge'] ?? 0;

it('evaluate --bias tries each judge of the config, keeps the findings, and asks nothing twice', async () => {
  const out = join(folder, 'terse');
  const plain = await evaluate(out, 'terse');
  const poor = await evaluate(out, 'terse', { bias: 12, calls: 60 });
  expect([poor.exitCode, poor.outcome.stoppedBy, poor.outcome.n]).toEqual([3, 'budget', plain.outcome.n]);
  expect(poor.outcome.bias?.trials).toBeLessThan(24);
  const { outcome, exitCode } = await evaluate(out, 'terse', { bias: 12 });
  expect([exitCode, outcome.bias?.trials, outcome.bias?.of]).toEqual([0, 24, 24]);
  // the evaluation already has the first judge's usual judgements
  expect(countJudgeCalls(outcome)).toBe(plain.outcome.n + 24 + 36);
  const positions = outcome.bias?.findings.filter((f) => f.check === 'position').map((f) => [f.judge, f.verdict]);
  expect(positions).toEqual([
    ['simulated', 'noise'],
    ['simulated-hasty', 'higher'],
  ]);
  const again = await evaluate(out, 'terse', { bias: 12 });
  expect(countJudgeCalls(again.outcome)).toBe(countJudgeCalls(outcome));
  const stored = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as EvaluationReport;
  expect(stored.bias).toEqual(outcome.bias);
});

it('evaluate --judged --bias checks existing judgements without a call, and tries the judges that are named', async () => {
  await evaluate(join(folder, 'rambling'), 'rambling');
  const judged = ['terse', 'rambling'].map((name) => join(folder, name, 'records.jsonl'));
  const free = await checkJudgedFiles(loadJudgeConfig({}), { judged, bias: true, screen: null });
  expect([free.folder, free.bias.trials]).toEqual([null, 0]);
  expect(free.bias.findings.map((f) => [f.check, f.verdict === 'not testable'])).toEqual([
    ['position', true],
    ['padding', true],
    ['length', false],
    ['self', true],
  ]);
  const text = renderBiasReport(free.bias);
  expect(text).toContain('position: no result, since no judge was named');
  expect(text).toContain('self (simulated): no result, since it takes two judges');
  const config = loadJudgeConfig({ roles: { judge: 'simulated' } });
  const options = { judged, out: join(folder, 'judges'), bias: 10, screen: null };
  const tried = await checkJudgedFiles(config, options);
  expect([tried.bias.trials, tried.bias.of, tried.stopped]).toEqual([20, 20, null]);
  await expect(checkJudgedFiles(config, { ...options, judged: judged.slice(1) })).rejects.toThrow(
    'other values for judged',
  );
});
