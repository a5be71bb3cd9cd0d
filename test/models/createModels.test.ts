import { HumanMessage } from '@langchain/core/messages';
import { describe, expect, it } from '@jest/globals';
import { Gateway, createModels, ModelsConfig } from '../../models/index.ts';
import { chat, serve } from './fake.ts';

describe('models from a config', () => {
  it('each role asks its own endpoint with its own settings', async () => {
    const { url, seen } = await serve(({ path }) =>
      path.endsWith('/chat/completions')
        ? chat('x')
        : path.endsWith('/embeddings')
          ? { data: [0, 1].map((index) => ({ index, embedding: [1, index] })) }
          : { choices: [{ text: 'y' }] },
    );
    const config = ModelsConfig.parse({
      base: { model: 'b', baseUrl: url, api: 'completions' },
      optimizer: { model: 'o', baseUrl: url, apiKeyEnv: 'MINE' },
      embeddings: { provider: 'openai', model: 'e', baseUrl: url },
    });
    const models = createModels(config, { gateway: new Gateway(), env: { MINE: 'k' } });
    expect(await models.base.invoke('q')).toBe('y');
    await models.judge.generate([[new HumanMessage('q')]]);
    await models.embeddings?.embedDocuments(['r', 'q']);
    expect(
      seen
        .slice(0, 2)
        .map(({ body, headers }) => [
          body['model'],
          body['temperature'],
          body['top_p'],
          body['max_tokens'],
          headers.authorization,
        ]),
    ).toEqual([
      ['b', 0, 1, 2048, undefined],
      ['o', 0, 1, 2048, 'Bearer k'],
    ]);
    expect(seen.slice(2).map(({ path }) => path)).toEqual(['/v1/embeddings']);
  });

  it('one error lists every role whose key is missing', () => {
    const config = ModelsConfig.parse({
      base: { model: 'b', apiKeyEnv: 'MINE' },
      optimizer: { model: 'o' },
      embeddings: { provider: 'openai', model: 'e' },
    });
    const make = () => createModels(config, { gateway: new Gateway(), env: { OPENAI_API_KEY: '' } });
    expect(make).toThrow(
      /^models\.base\.apiKeyEnv: expected a key in the environment variable MINE, which is not set;/,
    );
    expect(() => make()).toThrow(
      expect.objectContaining({
        name: 'ModelsConfigError',
        faults: ['base', 'reward', 'judge', 'optimizer', 'embeddings'].map((role) =>
          expect.objectContaining({ path: `models.${role}.apiKeyEnv` }),
        ),
      }),
    );
  });

  it('all roles can be simulated, and one call returns n completions', async () => {
    const gateway = new Gateway();
    const models = createModels(ModelsConfig.parse({ optimizer: 'simulated' }), { gateway, env: {} });
    const { generations } = await models.optimizer.generate([[new HumanMessage('Improve the system prompt.')]], {
      n: 3,
    });
    expect(generations[0]).toHaveLength(3);
    expect(gateway.getUsageTotals()).toMatchObject({ calls: { optimizer: 1 }, sent: { optimizer: 1 } });
    expect(models.embeddings).toBeUndefined();
    expect(() =>
      createModels(ModelsConfig.parse({ optimizer: 'simulated', base: { provider: 'simulated', model: 'nobody' } }), {
        gateway,
        env: {},
      }),
    ).toThrow(/^models\.base\.model: .*nobody/);
  });
});
