import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../run/config/loadConfig.ts';
import { readRunData } from '../../../run/config/readData.ts';
import { toExamples } from '../../../run/config/readExamples.ts';
import { pickFixedExamples } from '../../../nodes/retrievers.ts';

const simulated = { models: { optimizer: 'simulated' } };
const folder = mkdtempSync(join(tmpdir(), 'drpo-choice-'));

const names = ['ale', 'bread', 'cider', 'dill'];

it('reads only the examples that queries get if all get the same and stage 1 rewrites them', async () => {
  const file = join(folder, 'examples.json');
  writeFileSync(file, JSON.stringify(Object.fromEntries(names.map((name) => [`What is ${name}?`, `It is ${name}.`]))));
  const read = async (choose: string, rewrite = true) =>
    (await readRunData(loadConfig({ values: { ...simulated, examples: { file, choose, rewrite, k: 2 } } }))).examples;
  const [all, chosen] = [await read('fixed', false), await read('fixed')];
  expect(all).toHaveLength(4);
  expect(chosen).toEqual(all.filter((one) => pickFixedExamples(all, 2).includes(one)));
  expect(await read('similar')).toHaveLength(4);
});

describe('examples of a file', () => {
  it('have the order of examples.json, so that a run and what follows it choose alike', () => {
    const list = ['b?', '10', 'a?', '1'].map((query) => ({ query, answer: `to ${query}` }));
    expect(toExamples(list, 'x.json').map(({ query }) => query)).toEqual(['1', '10', 'b?', 'a?']);
    expect(toExamples([...list, ...list], 'x.json')).toEqual(toExamples(list, 'x.json'));
  });

  it('have one answer each', () => {
    const list = ['Yes.', 'No.'].map((answer) => ({ query: 'Is it?', answer }));
    expect(() => toExamples(list, 'x.json')).toThrow(
      'x.json: expected one answer to each query, got two to "Is it?"; leave one of them out',
    );
  });
});
