import { expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluateIfeval, isIfevalFile } from '../../../evals/ifeval/evaluateIfeval.ts';
import { renderIfeval } from '../../../evals/ifeval/renderIfeval.ts';
import { compareIfeval, summarizeIfeval, type IfevalRecord } from '../../../evals/ifeval/summarizeIfeval.ts';
import { loadConfig } from '../../../run/config/loadConfig.ts';

const record = (id: number, strict: boolean[], loose = strict, rest: Partial<IfevalRecord> = {}): IfevalRecord => ({
  id,
  prompt: `prompt ${id}`,
  response: 'r',
  instructions: strict.map((one, i) => ({
    instruction: i === 0 ? 'punctuation:no_comma' : 'startend:quotation',
    strict: one,
    loose: loose[i] ?? one,
  })),
  ...rest,
});

it('accuracy is by prompt and by instruction, strict and loose, and a missing answer is no failure', () => {
  const summary = summarizeIfeval([
    record(1, [true]),
    record(2, [true, false], [true, true]),
    record(3, [false]),
    record(4, [false], [false], { missing: 'cut off' }),
  ]);
  const { promptStrict, promptLoose, instructionStrict, instructionLoose } = summary.accuracy;
  expect(promptStrict?.mean).toBeCloseTo(1 / 3);
  expect(promptLoose?.mean).toBeCloseTo(2 / 3);
  expect(instructionStrict?.mean).toBeCloseTo(2 / 4);
  expect(instructionLoose?.mean).toBeCloseTo(3 / 4);
  expect(summary).toMatchObject({ prompts: 3, instructions: 4, missing: 1 });
  expect(summary.kinds['punctuation:no_comma']).toEqual({ n: 3, strict: 2, loose: 2 });
});

it('two evaluations are compared prompt by prompt', () => {
  const others = [record(1, [true]), record(2, [false]), record(3, [false]), record(9, [true])];
  const compared = compareIfeval([record(1, [false]), record(2, [true]), record(3, [true]), record(5, [true])], others);
  expect(compared).toMatchObject({ prompts: 3, better: 2, worse: 1 });
  expect(compared.difference?.mean).toBeCloseTo(1 / 3);
  expect(compareIfeval(others, others).difference).toEqual({ mean: 0, low: 0, high: 0 });
});

it('a file in the published format is answered and verified without a judge', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drpo-ifeval-'));
  const file = join(folder, 'prompts.jsonl');
  const rows = ['tides', 'bread', 'trains'].map((topic, key) => ({
    key,
    prompt: `Write about ${topic} in fewer than 900 words.`,
    instruction_id_list: ['length_constraints:number_words', 'detectable_format:title'],
    kwargs: [{ num_words: 900, relation: 'less than', keywords: null }, {}],
  }));
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  expect(await isIfevalFile(file)).toBe(true);
  const config = loadConfig({ values: { models: { optimizer: 'simulated' } } });
  const options = { method: 'base' as const, instructions: file, screen: null };
  const first = await evaluateIfeval(config, { ...options, out: join(folder, 'a') });
  expect(first.outcome).toMatchObject({ prompts: 3, instructions: 6, missing: 0 });
  expect(first.outcome.kinds['length_constraints:number_words']?.strict).toBe(3);
  const { outcome } = await evaluateIfeval(config, { ...options, out: join(folder, 'b'), against: join(folder, 'a') });
  expect(outcome.against?.difference).toEqual({ mean: 0, low: 0, high: 0 });
  expect(renderIfeval(outcome)).toContain('+0.0 points (95 %: +0.0 to +0.0)');
});

it.each([
  [{ instruction_id_list: ['keywords:existance'], kwargs: [{ keywords: ['a'] }] }, 'keywords:existence'],
  [{ instruction_id_list: ['keywords:existence'], kwargs: [{}] }, 'expected in "kwargs" what the instruction needs'],
  [{ instruction_id_list: ['punctuation:no_comma'], kwargs: [] }, 'an object for each of the 1 instructions'],
])('a row that cannot be verified is refused: %j', async (row, message) => {
  const file = join(mkdtempSync(join(tmpdir(), 'drpo-ifeval-')), 'bad.jsonl');
  writeFileSync(file, JSON.stringify({ key: 1, prompt: 'Say hi', ...row }));
  const config = loadConfig({ values: { models: { optimizer: 'simulated' } } });
  await expect(evaluateIfeval(config, { method: 'base', instructions: file, screen: null })).rejects.toThrow(message);
});
