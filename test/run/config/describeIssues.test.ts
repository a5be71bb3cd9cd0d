import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRowConfigResolver, loadExperiment } from '../../../evals/experiments/loadExperiment.ts';
import { loadConfig, type Config } from '../../../run/config/loadConfig.ts';

const load = (...set: string[]): Config => loadConfig({ set: ['models.optimizer="simulated"', ...set] });

describe('an unknown key', () => {
  it.each([
    ['search.beamwidth=2', 'search.beamwidth: unknown key. Did you mean search.beamWidth?'],
    ['quereis.limit=2', 'quereis: unknown key. Did you mean queries?'],
    ['models.judge.modell="m"', 'models.judge.modell: unknown key. Did you mean models.judge.model?'],
    ['judge.panel=[{"model":"m","seeed":1}]', 'judge.panel.0.seeed: unknown key. Did you mean judge.panel.0.seed?'],
    ['examples.limit=4', 'examples.limit: unknown key. Did you mean examples.rewriteLimit?'],
    ['search.strategy={"name":"mcts","iteration":3}', /Did you mean search\.strategy\.iterations\?$/],
  ])('%s is answered with the nearest known one', (set, message) => {
    expect(() => load(set)).toThrow(message);
  });

  it('that exists elsewhere is answered with its path', () => {
    expect(() => load('beamWidth=2')).toThrow('beamWidth: unknown key. Did you mean search.beamWidth?');
  });

  it('without a near one is answered with all that are known there', () => {
    expect(() => load('final.proof.trust=0.2')).toThrow(
      'final.proof.trust: unknown key. Known keys here: minQueries, maxQueries, margin.',
    );
    expect(() => load('search.strategy={"name":"beam","iterations":3}')).toThrow(
      'search.strategy.iterations: unknown key. Known keys here: name.',
    );
  });

  it.each(['4', '9'])('a margin of %s points, which no difference can reach, is refused', (margin) => {
    expect(() => load(`final.proof.margin=${margin}`)).toThrow(/final\.proof\.margin: expected a number/);
  });

  it('in a config file or an experiment is answered the same way', () => {
    const folder = mkdtempSync(join(tmpdir(), 'drpo-keys-'));
    const write = (name: string, value: unknown): string => {
      writeFileSync(join(folder, name), JSON.stringify(value));
      return join(folder, name);
    };
    const file = write('config.json', { models: { optimizer: 'simulated' }, search: { beamwidth: 2 } });
    expect(() => loadConfig({ file })).toThrow('search.beamwidth: unknown key. Did you mean search.beamWidth?');
    const sources = { set: ['models.optimizer="simulated"'] };
    const read = (table: unknown) => loadExperiment(load(), { table: write('table.json', table) });
    expect(() => read({ title: 't', rows: [{ name: 'a', sett: {} }] })).toThrow(
      'table.json: rows.0.sett: unknown key. Did you mean rows.0.set?',
    );
    const experiment = read({ title: 't', rows: [{ name: 'a', set: { 'search.beamwidth': 2 } }] });
    expect(() => createRowConfigResolver(experiment, sources)).toThrow(
      'row "a": search.beamwidth: unknown key. Did you mean search.beamWidth?',
    );
  });
});

it.each([
  ['final.shorten="maybe"', 'final.shorten: expected true or false, or an object, got "maybe"'],
  ['task=" "', 'task: expected a text that is not empty, got " "'],
  ['rewards.criteria=[{"name":"P","description":" "}]', 'rewards.criteria.0.description: expected a text that is not'],
  ['rewards.criteria=[{"name":"P","description":"d","weight":"2"}]', '.0.weight: expected a number, got "2"'],
  [`rewards.criteria=[{"name":"${'x'.repeat(61)}","description":"d"}]`, '.0.name: expected a text of at most 60 char'],
  [
    'rewards.criteria=[{"name":"P","scale":{"best":"x","1":"y"}}]',
    '.scale.best: unknown key. Known keys here: 1, 2, 3',
  ],
  [
    'rewards.criteria=["Clarty"]',
    'Sensitivity, or an object with "name" and "description", got "Clarty". Did you mean',
  ],
  ['rewards.checks=[{"type":"contain"}]', '.0.type: expected one of equals, contains, regex'],
  ['rewards.checks=[{"type":"contain"}]', 'got "contain". Did you mean "contains"?'],
  ['search.depth=deep', 'search.depth: expected a number, got "deep"'],
  ['search.depth=2.5', 'search.depth: expected a whole number, got 2.5'],
  ['search.maxMissingShare=2', 'search.maxMissingShare: expected a number of at most 1, got 2'],
  ['budget.usd=0', 'budget.usd: expected a number above 0, got 0'],
  ['search.rankBy=luck', 'search.rankBy: expected one of estimate, value, got "luck"'],
  ['models.base.provider=antropic', /expected one of openai, .*, got "antropic"\. Did you mean "anthropic"\?$/],
  ['models.base.provider=azure', /got "azure"\. Did you mean "azure_openai"\?$/],
  ['models.base.provider=OpenAI', /got "OpenAI"\. Did you mean "openai"\?$/],
  ['models.base.provider=""', /cohere, perplexity, got ""$/],
  ['initialPrompt=""', 'initialPrompt: expected a text that is not empty, got ""'],
  ['queries.files=[]', 'queries.files: expected a list that is not empty, got []'],
  ['search=3', 'search: expected an object, got 3'],
  ['models.base.baseUrl="nope"', 'models.base.baseUrl: expected an address such as https://host/v1, got "nope"'],
])('%s is answered with what was expected and what was found', (set, message) => {
  expect(() => load(set)).toThrow(message);
});

it('a wrong value is shown as it was written', () => {
  expect(() => load('search.strategy=dfs')).toThrow(/^search\.strategy: expected one of beam, .*, got "dfs"$/);
  expect(() => load('search.beamWidth=0')).toThrow('search.beamWidth: expected a number of at least 1, got 0');
  expect(() => load('search.minExpectedGain=4')).toThrow('search.minExpectedGain: expected a number below 4, got 4');
  expect(() => load('models.base.api=completions', 'models.base.provider="openai"')).toThrow(
    'models.base.model: expected the name of a model, got none; name one, or set the role to "simulated"',
  );
});
