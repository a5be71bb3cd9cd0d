import { Validator, type Schema } from '@cfworker/json-schema';
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigInput } from '../../run/config/configSchema.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { parseYaml } from '../../run/config/parseYaml.ts';
import { findProseFaults, splitSentences } from '../../scripts/checkProse.ts';
import { GROUP_MEANINGS } from '../../scripts/configReference/groupMeanings.ts';
import { KEY_SECTIONS } from '../../scripts/configReference/meanings.ts';
import { listKeys } from '../../scripts/configReference/schema.ts';
import { buildReferenceFiles } from '../../scripts/configReference/write.ts';
import { listCodeBlocks, listPages, root } from './pages.ts';

const readFile = (file: string): string => readFileSync(join(root, file), 'utf8');
const validator = new Validator(JSON.parse(readFile('drpo.schema.json')) as Schema, '7');
const isValid = (config: unknown): boolean => validator.validate(config).valid;
const meanings = [...KEY_SECTIONS.flatMap(({ keys }) => Object.entries(keys)), ...Object.entries(GROUP_MEANINGS)];

it('drpo.schema.json and docs/configuration.md are what their sources make (node scripts/configReference/write.ts)', async () => {
  const files = await buildReferenceFiles();
  expect(Object.keys(files)).toEqual(['drpo.schema.json', 'docs/configuration.md']);
  for (const [file, text] of Object.entries(files)) expect(readFile(file)).toBe(text);
});

it('every key of a config has a meaning, inside models, criteria and checks too, and nothing else has one', () => {
  const keys = listKeys().map(({ path }) => path);
  expect(keys).toEqual(
    expect.arrayContaining(['models.ROLE.price.cachedInput', 'rewards.checks[].unit', 'rewards.criteria[].scale']),
  );
  expect(meanings.map(([path]) => path).toSorted()).toEqual(keys.toSorted());
});

it('every meaning is sentences that are quick to read', () => {
  const wrong = meanings.filter(
    ([, text]) => !/^[A-Z`].*\.$/.test(text) || findProseFaults(splitSentences(text)).length > 0,
  );
  expect(wrong).toEqual([]);
});

it('every key has its meaning in the schema that editors read', () => {
  const text = readFile('drpo.schema.json');
  expect(meanings.filter(([, meaning]) => !text.includes(JSON.stringify(meaning)))).toEqual([]);
});

const model = { model: 'm', baseUrl: 'https://host/v1', apiKeyEnv: 'KEY', price: { input: 1, output: 2 } };
const optimizer = 'simulated';

describe('the schema for editors takes what the reader of configs takes', () => {
  const configs = [
    { $schema: './drpo.schema.json', models: { optimizer } },
    { models: { optimizer: model, base: 'm@http://host/v1', judge: { temperature: null }, embeddings: 'lexical' } },
    { models: { optimizer, embeddings: { provider: 'openai', model: 'e' } }, judge: { panel: ['m', model] } },
    { models: { optimizer }, search: { strategy: 'mcts', guards: false }, final: null },
    {
      models: { optimizer },
      search: { strategy: { name: 'best-of-n', queriesPerCandidate: 2 }, guards: { overfit: false } },
    },
    { models: { optimizer }, final: { proof: { maxQueries: 4 } }, budget: { calls: 5, usd: null } },
    {
      models: { optimizer },
      rewards: {
        criteria: ['Clarity', { name: 'Policy', scale: { 1: 'no', 5: 'yes' }, always: true }],
        checks: [
          { type: 'length', max: 3 },
          { type: 'contains', value: ['a', 'b'], not: true },
        ],
      },
    },
  ];
  const blocks = listPages()
    .flatMap(listCodeBlocks)
    .flatMap(({ language, text }) => (language === 'yaml' ? [parseYaml(text)] : []));
  it.each([...configs, ...blocks].filter((config) => ConfigInput.safeParse(config).success))('%j', (config) => {
    expect(validator.validate(config).errors).toEqual([]);
  });

  it('and some configs of the pages are among these', () => {
    expect(blocks.filter((config) => ConfigInput.safeParse(config).success).length).toBeGreaterThan(2);
    expect(configs.filter((config) => !ConfigInput.safeParse(config).success)).toEqual([]);
  });
});

it.each([
  { modles: {} },
  { models: { optimizer: { modle: 'm' } } },
  { models: { critic: 'm' } },
  { search: { beamwidth: 2 } },
  { search: { beamWidth: 0 } },
  { search: { strategy: { name: 'greedy', iterations: 2 } } },
  { search: { guards: { overfits: true } } },
  { rewards: { checks: [{ type: 'length', maximum: 3 }] } },
  { rewards: { criteria: [{ name: 'Policy', wieght: 2 }] } },
  { final: { proof: { queries: 2 } } },
  { judge: { panel: [{ modle: 'm' }] } },
])('the schema refuses what the reader refuses: %j', (config) => {
  expect(isValid(config)).toBe(false);
  expect(() => loadConfig({ values: { models: { optimizer }, ...config } })).toThrow();
});

it('the key $schema has no effect', () => {
  const values = { models: { optimizer } };
  expect(loadConfig({ values: { ...values, $schema: 'x' } })).toEqual(loadConfig({ values }));
});
