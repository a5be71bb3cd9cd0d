import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadJudgeConfig } from '../../../evals/experiments/evaluationConfig.ts';
import { compareJudgeWithLabels, type JudgeReport } from '../../../evals/judge/compareJudgeWithLabels.ts';
import { renderJudgeReport } from '../../../evals/judge/renderJudgeReport.ts';
import type { CommandResult } from '../../../run/commandResult.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-judge-'));
afterAll(() => rmSync(folder, { recursive: true }));

const labels = join(folder, 'labels.json');
writeFileSync(
  labels,
  JSON.stringify(
    Array.from({ length: 12 }, (_, i) => ['Depth', 'Clarity'].map((criterion) => ({ i, criterion })))
      .flat()
      .map(({ i, criterion }) => ({
        query: `Question ${i}?`,
        response: `Answer ${i}. ${'More. '.repeat(i)}`,
        criterion,
        score: 1 + (i % 5),
      })),
  ),
);
interface Given {
  out: string;
  set?: string[];
  judge?: string;
  limit?: number;
}
async function judge({ out, set = [], judge = 'simulated', limit }: Given): Promise<CommandResult<JudgeReport>> {
  const config = loadJudgeConfig({ set, roles: { judge } });
  if (config === null) throw new Error('expected a config of the judge');
  return compareJudgeWithLabels(config, { labels, out: join(folder, out), limit, screen: null });
}

it('has each response judged once on all of its criteria, keeps what was said, and asks nothing twice', async () => {
  const { exitCode, outcome } = await judge({ out: 'whole' });
  expect([exitCode, outcome.labels, outcome.judged, outcome.missing]).toEqual([0, 24, 12, 0]);
  expect(outcome.calls).toMatchObject({ base: 0, reward: 0, judge: 12, optimizer: 0 });
  expect(Object.keys(outcome.byCriterion)).toEqual(['Depth', 'Clarity']);
  const records = readFileSync(join(folder, 'whole', 'records.jsonl'), 'utf8')
    .trim()
    .split('\n');
  expect(JSON.parse(records[3] ?? '')).toMatchObject({ query: 'Question 3?', labels: [{ points: 4 }, { points: 4 }] });
  const again = await judge({ out: 'whole' });
  expect(JSON.parse(readFileSync(join(folder, 'whole', 'result.json'), 'utf8'))).toEqual(again.outcome);
  expect(again.outcome).toEqual({ ...outcome, seconds: again.outcome.seconds });
  expect(renderJudgeReport(outcome)).toContain('simulated held against labels: 12 of 12 responses (a simulation');
});

it('stops at a budget with what it has, and continues from there', async () => {
  const poor = await judge({ out: 'budget', set: ['budget.calls=5', 'concurrency=1'] });
  expect([poor.exitCode, poor.outcome.stoppedBy, poor.outcome.judged, poor.outcome.labels]).toEqual([
    3,
    'budget',
    5,
    10,
  ]);
  const { exitCode, outcome } = await judge({ out: 'budget' });
  expect([exitCode, outcome.stoppedBy, outcome.calls.judge, outcome.judged]).toEqual([0, null, 12, 12]);
});

it('other labels do not continue the same folder, and the checks of a config do not count', async () => {
  const set = ['rewards.checks=[{"type":"length","max":1,"unit":"words"}]'];
  expect((await judge({ out: 'limit', set, limit: 4 })).outcome).toMatchObject({ responses: 4, judged: 4, labels: 8 });
  await expect(judge({ out: 'limit', set })).rejects.toThrow(
    /expected what this folder was started with \(labels\.json\)/,
  );
  const checks = ['rewards.mode=checks', ...set];
  await expect(judge({ out: 'checks', set: checks })).rejects.toThrow(/rewards\.mode: expected "dynamic" or "static"/);
});

it('the judge’s instructions begin each request, and others are another run', async () => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request
      .on('data', (part) => (body += String(part)))
      .on('end', () => {
        requests.push(String((JSON.parse(body) as { messages: { content: string }[] }).messages[0]?.content));
        const evaluation = Object.fromEntries(
          ['Depth', 'Clarity'].map((name) => [name, { rationale: 'fair', score: 3 }]),
        );
        const message = { role: 'assistant', content: JSON.stringify(evaluation) };
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }));
      });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const file = join(folder, 'judge.txt');
  const given = { out: 'told', judge: `m@http://127.0.0.1:${port}/v1`, limit: 3, set: [`judge.instructions=${file}`] };
  await expect(judge(given)).rejects.toThrow(/judge\.instructions: expected a file, got .*judge\.txt \(no such file\)/);
  writeFileSync(file, ' \n');
  await expect(judge(given)).rejects.toThrow(/judge\.instructions: expected a file with a text, got .*which is empty/);
  writeFileSync(file, '\ufeffYou are ${kind}.\nTake nothing off for small flaws.\n');
  await judge(given);
  expect(requests).toHaveLength(3);
  for (const request of requests)
    expect(request).toMatch(
      /^You are \$\{kind\}\.\nTake nothing off for small flaws\.\n\nYou get aspects, a query and a response to it\./,
    );
  await judge(given);
  expect(requests).toHaveLength(3);
  writeFileSync(file, 'You are strict.');
  await expect(judge(given)).rejects.toThrow(/judge\.instructions\.text/);
  await expect(judge({ ...given, set: [...given.set, 'rewards.mode=checks'] })).rejects.toThrow(
    /judge\.instructions: expected nothing, because rewards\.mode "checks" asks none/,
  );
  server.closeAllConnections();
  server.close();
});

it('a judge that cannot be read ends it, and missing judgements are counted, never as points', async () => {
  const refusal = 'I would rather not say.';
  let reply = (): string => refusal;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const message = { role: 'assistant', content: reply() };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const given = { out: 'garbled', judge: `m@http://127.0.0.1:${port}/v1` };
  await expect(judge(given)).rejects.toThrow(/replies to judge could not be used\..*Check models\.judge/);
  const good = JSON.stringify(
    Object.fromEntries(['Depth', 'Clarity'].map((name) => [name, { rationale: 'fair', score: 3 }])),
  );
  const bad = [refusal, refusal]; // to the first question and its repair
  reply = () => bad.pop() ?? good;
  const { outcome } = await judge({ ...given, set: ['concurrency=1'] });
  expect([outcome.judged, outcome.missing, outcome.labels, outcome.judgeMean]).toEqual([12, 1, 22, 3]);
  expect(outcome.faults.map(({ code }) => code)).toEqual(['constant']);
  expect(renderJudgeReport(outcome)).toContain('1 of 12 judgements are missing. They are not counted.');
  server.closeAllConnections();
  server.close();
});
