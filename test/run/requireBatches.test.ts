import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluateMethod } from '../../evals/experiments/evaluateMethod.ts';
import { loadConfig, type Config } from '../../run/config/loadConfig.ts';
import { describeBatch } from '../../run/describeBatch.ts';
import { describeStop } from '../../run/describeStop.ts';
import { getExitCode } from '../../run/exitCode.ts';
import { requireBatches, type BatchChoice } from '../../run/requireBatches.ts';
import { serveBatches } from '../models/batch/batchServer.ts';

const closers: (() => void)[] = [];
afterAll(() => closers.forEach((close) => close()));
const start = async (hasBatches = true): Promise<string> => {
  const { url, close } = await serveBatches({ hasBatches });
  closers.push(close);
  return url;
};
const load = (optimizer: string, ...set: string[]): Config => loadConfig({ roles: { optimizer }, set });
const choose = (config: Config, choice: BatchChoice): Promise<ReadonlySet<string>> =>
  requireBatches([config], choice, ['base', 'judge'], null);

it('takes the roles that are named, or all that are asked', async () => {
  const config = load(`m@${await start()}`);
  expect([...(await choose(config, true))]).toEqual(['base', 'judge']);
  expect([...(await choose(config, 'judge'))]).toEqual(['judge']);
  expect([...(await choose(config, undefined))]).toEqual([]);
});

it('refuses, in one line and with exit 2, endpoints without batches and roles that are not asked', async () => {
  const [with_, without] = [await start(), await start(false)];
  const mixed = load(`m@${with_}`, `models.base.model=b`, `models.base.baseUrl=${without}`);
  const error: unknown = await choose(mixed, true).catch((e: unknown) => e);
  expect(getExitCode(error)).toBe(2);
  expect(String(error)).toMatch(
    /--batch: expected endpoints with batches, got models\.base, whose endpoint http:\/\/\S+ does not list batches \(404 Not Found\); write --batch judge$/,
  );
  expect([...(await choose(mixed, 'judge'))]).toEqual(['judge']);
  await expect(choose(load('simulated'), true)).rejects.toThrow(/provider "simulated".*leave it out$/);
  await expect(choose(mixed, 'optimizer')).rejects.toThrow(
    /expected roles that are asked here \(base, judge\), got "optimizer"/,
  );
});

it('leaves no folder behind when it is refused', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'drpo-no-batches-'));
  const instructions = join(dir, 'instructions.json');
  writeFileSync(instructions, '["How do tides work?"]');
  const options = { method: 'base' as const, instructions, out: join(dir, 'out'), screen: null, batch: true as const };
  await expect(evaluateMethod(load(`m@${await start(false)}`), options)).rejects.toThrow(/--batch/);
  expect(readdirSync(dir)).toEqual(['instructions.json']);
});

it('says what became of a batch, and that one goes on after a stop', () => {
  const batch = { role: 'judge', endpoint: 'http://e/v1', id: 'batch_1', rows: 3, answered: 2, failed: 1 } as const;
  expect(describeBatch({ ...batch, step: 'running' })).toBe(
    'judge: batch batch_1: 2 of 3 requests answered, 1 failed.',
  );
  expect(describeBatch({ ...batch, step: 'ended' })).toContain(
    '2 of 3 requests answered. What may succeed is asked again.',
  );
  expect(describeBatch({ ...batch, step: 'sent', expiresAt: Date.UTC(2026, 10, 30, 12) })).toMatch(
    /ends by 2026-1\d-\d\d \d\d:\d\d\./,
  );
  expect(describeStop({ calls: 0, graceMs: 1000, batches: 1 })).toMatch(
    /A batch goes on at the provider\. The same command/,
  );
  expect(describeStop({ calls: 0, graceMs: 1000 })).not.toContain('batch');
});
