import { describe, expect, it } from '@jest/globals';
import { REFERENCE_SEARCH } from '../../../graphs/index.ts';
import { DISABLED_GUARD_OPTIONS } from '../../../nodes/guards/guardOptions.ts';
import { createGuards, DEFAULT_GUARD_OPTIONS } from '../../../nodes/index.ts';
import { Config, loadConfig } from '../../../run/config/loadConfig.ts';
import { STRATEGIES } from '../../../graphs/strategies/index.ts';
import { toGraphOptions } from '../../../run/toGraphOptions.ts';
import { describeStopReason } from '../../../report/stopReasons.ts';

const load = (...set: string[]): Config => loadConfig({ set: ['models.optimizer="simulated"', ...set] });

describe('the settings of a preset', () => {
  it('are all on in the default preset and all off in the reference preset', () => {
    expect(load().search).toMatchObject({
      failedEditsShown: 4,
      safetyFloor: 3,
      maxMissingShare: 0.5,
      guards: DEFAULT_GUARD_OPTIONS,
    });
    const reference = load('preset=reference');
    expect(reference.search).toMatchObject({
      failedEditsShown: 0,
      safetyFloor: null,
      maxMissingShare: 1,
      guards: DISABLED_GUARD_OPTIONS,
    });
    expect(reference.judge.reliabilityChecks).toBe(0);
    expect(toGraphOptions(reference)).toMatchObject(REFERENCE_SEARCH);
  });

  it('score by odds, except where points alone are known', () => {
    expect(load().judge.scoring).toBe('expected');
    expect(load('judge.scoring=points').judge.scoring).toBe('points');
    for (const set of [
      'preset=reference',
      'judge.method=checklist',
      'rewards={"mode":"checks","checks":[{"type":"length","max":9}]}',
    ])
      expect(load(set).judge.scoring).toBe('points');
    expect(() => load('judge.method=checklist', 'judge.scoring=expected')).toThrow('expected "points"');
  });

  it.each([
    ['search.failedEditsShown=2', { failedEditsShown: 2 }],
    ['search.safetyFloor=2', { safetyFloor: 2 }],
    ['search.maxMissingShare=0.3', { maxMissingShare: 0.3 }],
    ['final={"candidates":3}', { final: { candidates: 3, selectionQueries: 6, proof: { maxQueries: 40 } } }],
  ])('%s can be set alone in the reference preset', (set, options) => {
    expect(toGraphOptions(load('preset=reference', set))).toMatchObject({ ...REFERENCE_SEARCH, ...options });
  });

  it('include guards, which are set one by one or all at once', () => {
    const guards = (...set: string[]): unknown => load(...set).search.guards;
    expect(guards('preset=reference', 'search.guards.maxLengthRatio=3')).toEqual({
      ...DISABLED_GUARD_OPTIONS,
      maxLengthRatio: 3,
    });
    expect(guards('search.guards.maxSimilarity=null')).toEqual({ ...DEFAULT_GUARD_OPTIONS, maxSimilarity: null });
    expect(guards('search.guards=false')).toEqual(DISABLED_GUARD_OPTIONS);
    expect(guards('preset=reference', 'search.guards=true')).toEqual(DEFAULT_GUARD_OPTIONS);
  });

  it('limit a rewrite to 2,048 tokens, or to a multiple of the first prompt if that is longer', () => {
    const accepts = (initialPrompt: string, tokens: number): boolean =>
      createGuards({ ...DISABLED_GUARD_OPTIONS, maxLengthRatio: 2 }, initialPrompt).every(
        (guard) => guard('abc '.repeat(tokens), { nearbyPrompts: [], parent: '', query: '', response: '' }) === null,
      );
    expect([accepts('Short.', 2048), accepts('Short.', 2049)]).toEqual([true, false]);
    const long = 'abc '.repeat(1500);
    expect([accepts(long, 3000), accepts(long, 3001)]).toEqual([true, false]);
  });

  it('do not change when the config is read again', () => {
    for (const config of [
      load(),
      load('preset=reference', 'search.failedEditsShown=2', 'search.guards.keepSections=true'),
    ])
      expect(Config.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it('are named in an error if they are wrong', () => {
    expect(() => load('search.guards.tokns=3')).toThrow('search.guards.tokns: unknown key');
    expect(() => load('search.guards.maxSimilarity=3')).toThrow('search.guards.maxSimilarity');
    expect(() => load('search.guards=some')).toThrow('search.guards');
  });
});

describe('search.strategy', () => {
  it('is a name, or an object with the options of that strategy alone', () => {
    expect(load('search.strategy=mcts').search.strategy).toEqual({
      name: 'mcts',
      iterations: 10,
      maxRolloutDepth: 5,
      explorationWeight: 1,
    });
    const options = toGraphOptions(load('search.strategy=mcts', 'search.strategy.iterations=3'));
    expect(options).toMatchObject({ strategy: STRATEGIES.mcts, iterations: 3, maxRolloutDepth: 5 });
    const bestOfN = load('search.strategy={"name":"best-of-n","queriesPerCandidate":2}');
    expect(Config.parse(JSON.parse(JSON.stringify(bestOfN)))).toEqual(bestOfN);
  });

  it('has a least expected gain of a further level only if it searches level by level', () => {
    const reasonsOf = (set: string): (string | null)[] =>
      (toGraphOptions(load('search.strategy=greedy', set)).stop ?? []).map((criterion) =>
        criterion({
          level: 6,
          maxDepth: 20,
          queries: 40,
          nextQuery: 7,
          beam: [],
          levelsKept: 0,
          expectedGain: 0.004,
        }),
      );
    expect(reasonsOf('search.minExpectedGain=0.005')).toEqual([null, null, 'expected-gain']);
    expect(reasonsOf('search.minExpectedGain=0.003')).toEqual([null, null, null]);
    expect(describeStopReason('expected-gain')).toBe(
      'a further level was expected to gain less than search.minExpectedGain',
    );
    expect(() => load('search.strategy=mcts', 'search.minExpectedGain=0.01')).toThrow(
      'search.minExpectedGain: expected null with the strategy mcts, which has no levels, got 0.01; leave it out, or take one of beam, greedy, stochastic-beam',
    );
  });

  it('rejects another strategy’s options and an unknown name', () => {
    expect(() => load('search.strategy={"name":"beam","iterations":3}')).toThrow('search.strategy.iterations');
    expect(() => load('search.strategy=dfs')).toThrow('search.strategy: expected one of beam, greedy');
    expect(() => load('search.iterations=3')).toThrow('search.iterations');
  });
});
