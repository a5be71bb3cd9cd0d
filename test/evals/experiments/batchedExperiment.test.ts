import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderReport } from '../../../evals/experiments/experimentReport.ts';
import { runExperiment } from '../../../evals/experiments/runExperiment.ts';
import { serveBatches } from '../../models/batch/batchServer.ts';

const closers: (() => void)[] = [];
afterAll(() => closers.forEach((close) => close()));

it('evaluates all rows of an experiment in shared batches, and pays nothing again without --batch', async () => {
  const server = await serveBatches({ polls: 0 });
  closers.push(server.close);
  const dir = mkdtempSync(join(tmpdir(), 'drpo-batched-experiment-'));
  const table = join(dir, 'table.json');
  const rows = [
    { name: 'plain', method: 'base' },
    { name: 'kind', prompt: 'You are kind.', examplesOf: undefined, method: 'drpo' },
  ];
  writeFileSync(table, JSON.stringify({ title: 'Two prompts', rows }));
  const instructions = join(dir, 'instructions.json');
  writeFileSync(
    instructions,
    JSON.stringify(['How do tides work?', 'Plan a picnic.', 'Name a river.', 'Why is it cold?']),
  );
  const price = 'models.optimizer.price={"input":1,"output":2,"batch":{"input":0.5,"output":1}}';
  const sources = { roles: { optimizer: `m@${server.url}` }, set: [price, 'final=null'] };
  const options = { table, instructions, screen: null, out: join(dir, 'out') };
  const { outcome, experiment } = await runExperiment(sources, { ...options, batch: true });
  expect(outcome.rows.map(({ done, n }) => [done, n])).toEqual([
    [1, 4],
    [1, 4],
  ]);
  // one batch for the answers of both rows, one for their judgements; the first request of each role goes directly
  expect([server.batches.length, server.direct()]).toEqual([2, 2]);
  expect(outcome.batched).toEqual({ base: 7, judge: outcome.calls.judge - 1 });
  expect(renderReport(outcome, experiment, 'text')).toMatch(/\d+ calls, \d+ of them in batches · 0\.\d{4} USD \(base/);
  const requests = server.log.length;
  await runExperiment(sources, options);
  expect(server.log.length).toBe(requests);
});
