import { describe, expect, it } from '@jest/globals';
import { REFERENCE_SEARCH } from '../../../graphs/index.ts';
import { DEFAULT_GUARD_OPTIONS, DISABLED_GUARD_OPTIONS } from '../../../nodes/index.ts';
import { Config, loadConfig } from '../../../run/config/loadConfig.ts';
import { toGraphOptions } from '../../../run/session.ts';

const load = (...set: string[]): Config => loadConfig({ set: ['models.optimizer="simulated"', ...set] });

describe('parts that a preset sets', () => {
  it('are all on in the default, none in the reference', () => {
    expect(load().search).toMatchObject({
      memory: 4,
      safetyFloor: 3,
      missingShare: 0.5,
      guards: DEFAULT_GUARD_OPTIONS,
    });
    const reference = load('preset=reference');
    expect(reference.search).toMatchObject({
      memory: 0,
      safetyFloor: null,
      missingShare: 1,
      guards: DISABLED_GUARD_OPTIONS,
    });
    expect(reference.judge.retest).toBe(0);
    expect(toGraphOptions(reference)).toMatchObject(REFERENCE_SEARCH);
  });

  it.each([
    ['search.memory=2', { memory: 2 }],
    ['search.safetyFloor=2', { safetyFloor: 2 }],
    ['search.missingShare=0.3', { missingShare: 0.3 }],
    ['final={"candidates":3}', { final: { candidates: 3, queries: 6, proof: 6 } }],
  ])('%s alone is switched on from the reference', (set, options) => {
    expect(toGraphOptions(load('preset=reference', set))).toMatchObject({ ...REFERENCE_SEARCH, ...options });
  });

  it('guards are switched one by one, or all at once', () => {
    const guards = (...set: string[]): unknown => load(...set).search.guards;
    expect(guards('preset=reference', 'search.guards.tokens=100')).toEqual({ ...DISABLED_GUARD_OPTIONS, tokens: 100 });
    expect(guards('search.guards.likeness=null')).toEqual({ ...DEFAULT_GUARD_OPTIONS, likeness: null });
    expect(guards('search.guards=false')).toEqual(DISABLED_GUARD_OPTIONS);
    expect(guards('preset=reference', 'search.guards=true')).toEqual(DEFAULT_GUARD_OPTIONS);
  });

  it('stay what they are when the config is read back', () => {
    for (const config of [load(), load('preset=reference', 'search.memory=2', 'search.guards.keep=true')])
      expect(Config.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it('are told of where they are wrong', () => {
    expect(() => load('search.guards.tokns=3')).toThrow('search.guards.tokns: expected one of the known keys');
    expect(() => load('search.guards.likeness=3')).toThrow('search.guards.likeness');
    expect(() => load('search.guards=some')).toThrow('search.guards');
  });
});
