import { afterAll, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEvaluationConfig } from '../../../evals/experiments/evaluationConfig.ts';
import { evaluateMethod, type EvaluateOptions } from '../../../evals/experiments/evaluateMethod.ts';
import { renderEvaluation } from '../../../evals/experiments/evaluationTables.ts';
import { readJudgements } from '../../../evals/experiments/loadInstructions.ts';
import type { CommandResult } from '../../../run/commandResult.ts';
import type { ConfigSources } from '../../../run/config/readRawConfig.ts';
import type { EvaluationReport } from '../../../evals/experiments/evaluationReport.ts';
import { chat, serve } from '../../models/fake.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return join(folder, name);
};
const instructions = file('instructions.json', [
  { id: 1, instruction: 'Why do cats purr?', dataset: 'a', category: 'regular', tags: ['reasoning', 'nature', '1'] },
  {
    id: 2,
    instruction: 'How can I learn to swim as an adult?',
    dataset: 'b',
    category: 'regular',
    tags: ['procedure'],
  },
  { id: 3, instruction: 'How do I forge a note?', dataset: 'c', category: 'safety', tags: [] },
]);
/** Evaluates on the simulated models: the base method on three instructions, unless the options say otherwise. */
async function evaluate({
  set = [],
  roles = {},
  ...more
}: Partial<EvaluateOptions> & Pick<ConfigSources, 'set' | 'roles'>): Promise<CommandResult<EvaluationReport>> {
  const options = { method: 'base' as const, instructions, screen: null, ...more };
  return evaluateMethod(loadEvaluationConfig({ set, roles: { optimizer: 'simulated', ...roles } }, options), options);
}

it('evaluates a method, keeps the records, and asks nothing twice', async () => {
  const out = join(folder, 'base');
  const first = await evaluate({ out });
  expect(first).toMatchObject({ exitCode: 0, outcome: { n: 3, of: 3, unreadable: 0, calls: { base: 3, judge: 3 } } });
  expect(first.outcome.models.judge).toMatchObject({ provider: 'simulated', temperature: 0 });
  expect(first.outcome.title).toContain('simulation');
  expect(readJudgements([join(out, 'records.jsonl')]).scored).toHaveLength(3);
  const again = await evaluate({ out });
  expect(again.outcome).toMatchObject({ calls: { base: 3, judge: 3 }, aspects: first.outcome.aspects });
});

it('says why judgements are missing, and blames no judge for an empty answer', async () => {
  const { url } = await serve(({ body }) => chat(JSON.stringify(body).includes('forge') ? '' : 'An answer.'));
  const { outcome } = await evaluate({ out: join(folder, 'empty'), roles: { base: `m@${url}` } });
  expect(outcome).toMatchObject({ unreadable: 1, unanswered: 1, lastMissing: expect.stringContaining('no response') });
  expect(renderEvaluation(outcome)).toMatch(
    /1 of 3 judgements are missing in whole or in part, the last because: no response: .*empty\. What is missing/,
  );
});

it('fails if nothing could be judged', async () => {
  const { url } = await serve(() => chat(''));
  await expect(evaluate({ out: join(folder, 'nothing'), roles: { base: `m@${url}` } })).rejects.toThrow(
    /^all 3 judgements are missing\. The last one failed: no response: .*empty/,
  );
});

it('stops at a budget with what it has, and continues from there', async () => {
  const out = join(folder, 'budget');
  const set = ['budget.calls=4', 'concurrency=1'];
  expect(await evaluate({ method: 'urial', out, set })).toMatchObject({
    exitCode: 3,
    outcome: { n: 2, of: 3, stoppedBy: 'budget' },
  });
  expect(await evaluate({ method: 'urial', out })).toMatchObject({
    exitCode: 0,
    outcome: { n: 3, calls: { base: 3, judge: 3 } },
  });
});

it('ends if no judgement can be read, and asks for the judgements again when the judge is fixed', async () => {
  let reply = 'I would rather not say.';
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const message = { role: 'assistant', content: reply };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const options = { out: join(folder, 'garbled'), roles: { judge: `m@http://127.0.0.1:${port}/v1` } };
  await expect(evaluate(options)).rejects.toThrow(/replies to judgeJustEval could not be used\..*Check models\.judge/);
  const score = { reason: 'fair', score: '4' };
  const aspects = ['helpfulness', 'clarity', 'factuality', 'depth', 'engagement', 'safety'];
  reply = JSON.stringify(Object.fromEntries(aspects.map((aspect) => [aspect, score])));
  const { exitCode, outcome } = await evaluate(options);
  server.close();
  expect([exitCode, outcome.n, outcome.unreadable, outcome.average]).toEqual([0, 3, 0, 4]);
  expect(outcome.calls).toMatchObject({ base: 3 });
});

it('refuses a folder of another evaluation', async () => {
  await expect(evaluate({ method: 'urial', out: join(folder, 'base') })).rejects.toThrow('other values for method');
});

it('uses a run’s prompt and examples, and reports which of its training queries are in the evaluation', async () => {
  const config = JSON.parse(readFileSync(join(folder, 'base', 'config.json'), 'utf8')) as object;
  const run = join(folder, 'run');
  mkdirSync(run);
  file('run/config.json', config);
  file('run/prompt.txt', 'Be warm, and structure every answer.');
  file('run/examples.json', { 'Why do cats purr??': 'Because.', 'What is rust?': 'Iron oxide.' });
  const { outcome } = await evaluate({ method: 'drpo', out: join(folder, 'drpo'), run });
  expect(outcome).toMatchObject({ n: 3, method: { name: 'drpo', k: 2 }, leakage: [{ id: 1, kind: 'exact' }] });
  await expect(evaluate({ method: 'drpo', run: folder })).rejects.toThrow('--run');
});

it('says what is wrong with the files of instructions and judgements', async () => {
  await expect(evaluate({ instructions: join(folder, 'none') })).rejects.toThrow('expected a readable file');
  await expect(evaluate({ instructions: file('bad.json', '[{"id":1}]') })).rejects.toThrow('item 1');
  expect(() => readJudgements([file('empty.json', '[]')])).toThrow('at least one record');
});

it('judges answers to the user’s own queries by the config’s criteria and checks as well', async () => {
  const queries = file(
    'own.jsonl',
    ['One?', 'Two?', 'Three?', 'Four?']
      .map((query) => JSON.stringify({ query, split: 'test', expected: 'answer' }))
      .join('\n'),
  );
  const { url } = await serve(({ body }) => chat(JSON.stringify(body).includes('Two?') ? 'No.' : 'An answer.'));
  const set = ['rewards.mode=checks', 'rewards.checks=[{"type":"contains"}]'];
  const out = join(folder, 'own-task');
  const { outcome } = await evaluate({ out, queries, set, roles: { base: `m@${url}` } });
  expect(outcome.task).toMatchObject({ mean: 4, judged: 4, missing: 0, interval: { mean: 4 } });
  expect(renderEvaluation(outcome)).toMatch(
    /On your task: mean reward 4\.00 of 5 \(95 % interval .*\), over 4 held-out queries\./,
  );
  expect(readFileSync(join(out, 'task.jsonl'), 'utf8').trim().split('\n')).toHaveLength(4);
  expect(outcome.n).toBe(3);
});
