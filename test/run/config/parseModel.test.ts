import { expect, it } from '@jest/globals';
import { loadConfig } from '../../../run/config/loadConfig.ts';
import { parseModel } from '../../../run/config/parseModel.ts';

it('a model is written as its name, with or without an address, or as "simulated"', () => {
  expect(parseModel('gpt-4o-mini')).toEqual({ model: 'gpt-4o-mini' });
  expect(parseModel('org/m@v2@https://host/v1')).toEqual({ model: 'org/m@v2', baseUrl: 'https://host/v1' });
  expect(parseModel('simulated')).toEqual({ provider: 'simulated' });
});

it('a config takes the same text as the command line, and single settings over it', () => {
  const { models, judge } = loadConfig({
    roles: { optimizer: 'big@http://host/v1' },
    set: [
      'models.base=small@http://other/v1',
      'models.base.maxTokens=9',
      'judge.panel=["simulated","j@http://host/v1"]',
    ],
  });
  expect(models.optimizer).toMatchObject({ provider: 'openai', model: 'big', baseUrl: 'http://host/v1' });
  expect(models.base).toMatchObject({ model: 'small', baseUrl: 'http://other/v1', maxTokens: 9 });
  expect(judge.panel).toMatchObject([{ provider: 'simulated' }, { model: 'j', baseUrl: 'http://host/v1' }]);
  expect(() => loadConfig({ set: ['models.optimizer="m@http://"'] })).toThrow('models.optimizer');
});
