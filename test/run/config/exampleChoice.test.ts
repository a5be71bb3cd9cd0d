import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRowConfigResolver, loadExperiment } from '../../../evals/experiments/loadExperiment.ts';
import { optimize } from '../../../index.ts';
import { loadConfig } from '../../../run/config/loadConfig.ts';
import { readRunData } from '../../../run/config/readData.ts';
import { toExamples } from '../../../run/config/readExamples.ts';
import { resolveDataPath } from '../../../run/config/dataDefaults.ts';
import { pickFixedExamples } from '../../../nodes/retrievers.ts';
import { RunOptions } from '../../../run/remote/remoteOptions.ts';

const simulated = { models: { optimizer: 'simulated' } };
const folder = mkdtempSync(join(tmpdir(), 'drpo-choice-'));
const chooseOf = (values: Record<string, unknown>): unknown =>
  loadConfig({ values: { ...simulated, ...values } }).examples.choose;

describe('all queries get the same examples by default', () => {
  it('if they are this package’s own as they are', () => {
    expect(chooseOf({})).toBe('fixed');
    expect(chooseOf({ examples: { k: 3 } })).toBe('fixed');
  });

  it.each([
    ['the preset is the reference’s', { preset: 'reference' }],
    ['stage 1 rewrites them', { examples: { rewrite: true } }],
    ['they come from a file', { examples: { file: resolveDataPath('examples.json') } }],
    ['there are none', { examples: { k: 0 } }],
    [
      'an endpoint embeds',
      {
        models: {
          optimizer: 'simulated',
          embeddings: { provider: 'openai', model: 'e', baseUrl: 'http://localhost:1/v1' },
        },
      },
    ],
    ['the config says so', { examples: { choose: 'similar' } }],
  ])('but not if %s', (_, values) => {
    expect(chooseOf(values)).toBe('similar');
  });

  it('and not in a run on a server, whose examples come with the request', () => {
    expect(RunOptions.parse({ queries: {}, examples: {}, judge: {} }).examples.choose).toBe('similar');
  });

  it('and not in an experiment, whose rows get examples of each other', () => {
    const load = (...set: string[]) => {
      const sources = { values: simulated, set };
      const experiment = loadExperiment(loadConfig(sources), { table: 'rewards' });
      const resolve = createRowConfigResolver(experiment, sources);
      return new Set(experiment.rows.map((row) => resolve(row).examples.choose));
    };
    expect(load()).toEqual(new Set(['similar']));
    expect(load('examples.choose=fixed')).toEqual(new Set(['fixed']));
  });

  it('and not if a program gives examples', async () => {
    const examples = ['ale', 'bread', 'cider'].map((name) => ({ query: `What is ${name}?`, answer: `${name}.` }));
    const seen = new Map<string, string | undefined>();
    await optimize({
      folder: join(folder, 'given'),
      config: { ...simulated, search: { depth: 3 }, examples: { k: 1 }, final: null },
      queries: ['Who bakes bread?', 'Is cider sweet?', 'Does ale keep?'],
      examples,
      nodes: (nodes) => ({
        respond: (reads, config) => (seen.set(reads.query, reads.examples[0]?.query), nodes.respond(reads, config)),
      }),
    });
    expect([...seen].every(([query, example]) => query.includes(example?.match(/What is (\w+)/)?.[1] ?? '-'))).toBe(
      true,
    );
  });

  it('does not change when the config is read again', () => {
    const config = loadConfig({ values: simulated });
    expect(loadConfig({ values: JSON.parse(JSON.stringify(config)) as Record<string, unknown> })).toEqual(config);
  });
});

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

it('does not matter without examples, as in a run’s config with another K', () => {
  expect(chooseOf({ examples: { k: 0, choose: 'fixed' } })).toBe('similar');
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
