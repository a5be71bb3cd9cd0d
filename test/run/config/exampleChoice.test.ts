import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optimize } from '../../../index.ts';
import { loadConfig } from '../../../run/config/loadConfig.ts';
import { readConfigExamples } from '../../../run/config/readData.ts';
import { resolveDataPath } from '../../../run/config/dataDefaults.ts';
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

it('reads only the examples that queries get if all get the same', async () => {
  const names = ['ale', 'bread', 'cider', 'dill'];
  const file = join(folder, 'examples.json');
  writeFileSync(file, JSON.stringify(Object.fromEntries(names.map((name) => [`What is ${name}?`, `It is ${name}.`]))));
  const read = (choose: string, rewrite: boolean) =>
    readConfigExamples(loadConfig({ values: { ...simulated, examples: { file, choose, rewrite, k: 2 } } }));
  expect(await read('fixed', true)).toHaveLength(2);
  expect(await read('fixed', false)).toHaveLength(2);
  expect(await read('similar', true)).toHaveLength(4);
});
