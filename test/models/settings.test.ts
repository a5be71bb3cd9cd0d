import { describe, expect, it } from '@jest/globals';
import { ModelsConfig } from '../../models/modelsConfig.ts';

const faults = (given: unknown): string[] =>
  ModelsConfig.safeParse(given).error?.issues.map((i) => `${i.path.join('.')}: ${i.message}`) ?? [];

describe('the models of a config', () => {
  const optimizer = {
    model: 'big',
    baseUrl: 'http://a/v1',
    apiKeyEnv: 'KEY',
    temperature: 0.9,
    maxTokens: 100,
    price: { input: 1, output: 2 },
  };

  it('a role that is left out uses the optimizer’s endpoint with its own sampling settings', () => {
    const { base, judge, optimizer: own } = ModelsConfig.parse({ optimizer, judge: {} });
    expect(base).toMatchObject({
      provider: 'openai',
      model: 'big',
      baseUrl: 'http://a/v1',
      apiKeyEnv: 'KEY',
      maxTokens: 100,
      temperature: 0,
      topP: 1,
      api: 'chat',
      timeoutSeconds: 600,
      maxRetries: 6,
    });
    expect(judge).toEqual({ ...base, output: 'auto' });
    expect(own).toMatchObject({ temperature: 0.9, topP: 0.95 });
  });

  it('a role that is left out takes the optimizer’s output too, except for the base model, which has none', () => {
    const { base, judge } = ModelsConfig.parse({ optimizer: { ...optimizer, output: 'text' }, judge: {} });
    expect([base.output, judge.output]).toEqual([undefined, 'text']);
    const own = ModelsConfig.parse({ optimizer: { ...optimizer, output: 'text' }, judge: { model: 'other' } });
    expect(own.judge.output).toBe('auto');
    const wrong = ModelsConfig.safeParse({ optimizer, base: { model: 'b', output: 'json_object' } });
    expect(wrong.error?.issues.map((i) => i.path.join('.'))).toEqual(['base.output']);
  });

  it('a role with sampling settings alone uses the optimizer’s endpoint', () => {
    expect(ModelsConfig.parse({ optimizer, reward: { temperature: 0.5 } }).reward).toMatchObject({
      model: 'big',
      temperature: 0.5,
      topP: 1,
    });
  });

  it('a role with its own model takes nothing from the optimizer, and its key goes to no other address', () => {
    const { base, judge } = ModelsConfig.parse({
      optimizer,
      base: { model: 'small' },
      judge: { baseUrl: 'http://b/v1' },
    });
    expect(base).toMatchObject({ model: 'small', apiKeyEnv: 'OPENAI_API_KEY', maxTokens: 2048 });
    expect(base.baseUrl).toBeUndefined();
    expect(judge).toMatchObject({ provider: 'openai', baseUrl: 'http://b/v1', maxTokens: 2048 });
    expect([judge.model, judge.apiKeyEnv]).toEqual([undefined, undefined]);
  });

  it('the word "simulated" makes one role or all of them simulated', () => {
    expect(ModelsConfig.parse({ optimizer: 'simulated' })).toMatchObject({
      base: { provider: 'simulated' },
      optimizer: { provider: 'simulated', temperature: 0.2 },
      embeddings: { provider: 'lexical' },
    });
    expect(ModelsConfig.parse({ optimizer, base: 'simulated' }).base.provider).toBe('simulated');
  });

  it('resolving a resolved config changes nothing', () => {
    for (const given of [
      { optimizer, base: { model: 'b', api: 'completions' } },
      { optimizer: 'simulated' },
      { optimizer: { model: 'x' }, embeddings: { provider: 'openai', model: 'e' } },
    ]) {
      const once = ModelsConfig.parse(given);
      expect(ModelsConfig.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
    }
  });

  it('each fault is refused with its path', () => {
    expect(faults({})).toEqual([expect.stringMatching(/^optimizer: /)]);
    expect(faults({ optimizer: {} })).toContain(
      'optimizer.model: expected the name of a model, got none; name one, or set the role to "simulated"',
    );
    expect(faults({ optimizer: { model: 'm' }, judge: { model: 'm', api: 'completions' } })).toEqual([
      'judge.api: expected "chat", got "completions"; only models.base can use completions',
    ]);
    expect(faults({ optimizer: { model: 'm', temperature: 'hot' } }).join()).toContain('temperature');
    expect(faults({ optimizer: { model: 'm', tempreature: 1 } }).join()).toContain('tempreature');
    expect(faults({ optimizer: { model: 'm' }, jugde: {} }).join()).toContain('jugde');
    expect(faults({ optimizer: { model: 'm', baseUrl: 'localhost:80' } }).join()).toContain('baseUrl');
    const keyed = faults({ optimizer: { model: 'm', baseUrl: 'http://me:secret@host/v1' } }).join();
    expect(keyed).toContain('apiKeyEnv');
    expect(keyed).not.toContain('secret');
  });
});

it.each([0, -1, 2_147_484, 5_000_000, 1e300])(
  'timeoutSeconds: %d is refused, because no timer waits for that',
  (timeoutSeconds) => {
    const optimizer = { model: 'm', timeoutSeconds };
    expect(ModelsConfig.safeParse({ optimizer }).success).toBe(false);
    const embeddings = { provider: 'openai', model: 'e', timeoutSeconds };
    expect(ModelsConfig.safeParse({ optimizer: 'simulated', embeddings }).success).toBe(false);
  },
);
