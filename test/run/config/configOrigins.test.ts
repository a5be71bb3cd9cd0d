import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listConfigValues } from '../../../run/config/configOrigins.ts';
import { loadConfig } from '../../../run/config/loadConfig.ts';
import type { ConfigSources } from '../../../run/config/readRawConfig.ts';

/** The origins of a config that is a file with these values, by path. */
function listOrigins(values: unknown, sources: Omit<ConfigSources, 'file'> = {}): Record<string, string> {
  const file = join(mkdtempSync(join(tmpdir(), 'drpo-origins-')), 'drpo.json');
  writeFileSync(file, JSON.stringify(values));
  const all = { ...sources, file };
  const listed = listConfigValues(loadConfig(all), all);
  return Object.fromEntries(
    listed.map(({ path, origin, inherited }) => [path, inherited === undefined ? origin : `${origin} ${inherited}`]),
  );
}

const models = { optimizer: 'simulated' };

it('a value is a default, the preset’s, the file’s, a setting or a flag', () => {
  const origins = listOrigins(
    { models, search: { depth: 7, actions: 4 }, budget: { calls: 5 } },
    { set: ['search.actions=2', 'task=A shop: bikes'], roles: { judge: 'j@http://127.0.0.1:1/v1' } },
  );
  expect(origins).toMatchObject({
    'search.beamWidth': 'default',
    'search.rankBy': 'preset',
    'final.candidates': 'preset',
    'search.depth': 'file',
    'budget.calls': 'file',
    'budget.usd': 'default',
    'search.actions': 'set',
    task: 'set',
    'models.optimizer.provider': 'file',
    'models.optimizer.temperature': 'default',
    'models.judge.model': 'flag',
    'models.judge.baseUrl': 'flag',
    'models.judge.provider': 'default',
  });
});

it('every value of the resolved config has an origin', () => {
  const origins = listOrigins({ models, final: null });
  expect(Object.keys(origins)).toEqual(expect.arrayContaining(['final', 'queries.files', 'search.guards.overfit']));
  expect(origins['final']).toBe('file');
});

describe('a role without a model', () => {
  it('has the optimizer’s, and says so', () => {
    const origins = listOrigins({ models: { judge: { temperature: 1 } } }, { roles: { optimizer: 'm@http://h/v1' } });
    expect(origins).toMatchObject({
      'models.judge.model': 'flag models.optimizer.model',
      'models.judge.temperature': 'file',
      'models.base.baseUrl': 'flag models.optimizer.baseUrl',
      'models.base.temperature': 'default',
    });
  });

  it('inherits nothing if it names one', () => {
    const origins = listOrigins({ models: { optimizer: { model: 'm', seed: 1 }, base: { model: 'b', seed: 1 } } });
    expect(origins['models.base.seed']).toBe('file');
    expect(origins['models.base.model']).toBe('file');
  });
});

it('a flag replaces the whole model of the file', () => {
  const origins = listOrigins(
    { models: { optimizer: { model: 'm', baseUrl: 'http://h/v1', maxTokens: 7 } } },
    { roles: { optimizer: 'n' } },
  );
  expect(origins).toMatchObject({ 'models.optimizer.model': 'flag', 'models.optimizer.maxTokens': 'default' });
  expect(origins).not.toHaveProperty(['models.optimizer.baseUrl']);
});

it.each([
  { search: { guards: false }, path: 'search.guards.overfit' },
  { search: { strategy: 'mcts' }, path: 'search.strategy.name' },
  { rewards: { criteria: ['Clarity'] }, path: 'rewards.criteria' },
  { preset: 'reference', path: 'preset' },
  { initialPrompt: 'Hi. <keep>Be kind.</keep>', path: 'initialPrompt' },
])('the file is the origin of $path in $search$rewards$preset', ({ path, ...values }) => {
  expect(listOrigins({ models, ...values })[path]).toBe('file');
});

it('a part of a value that was set is told from the rest', () => {
  const origins = listOrigins({ models, search: { strategy: 'mcts' } }, { set: ['search.strategy.iterations=3'] });
  expect(origins).toMatchObject({
    'search.strategy.name': 'file',
    'search.strategy.iterations': 'set',
    'search.strategy.maxRolloutDepth': 'default',
  });
});

it('passages to keep that are in the prompt come from it', () => {
  const prompt = { initialPrompt: 'Hi. <keep>Be kind.</keep>' };
  expect(listOrigins({ models, ...prompt })['mustKeep']).toBe('file initialPrompt');
  expect(listOrigins({ models, initialPrompt: 'Hi.' })['mustKeep']).toBe('default');
});
