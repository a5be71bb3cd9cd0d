import { describe, expect, it } from '@jest/globals';
import { beam, type StrategyGraph } from '../../../graphs/index.ts';
import { createLandscapeWorld, HELD_OUT_LANDSCAPES } from '../../../evals/landscapes/landscapes.ts';
import { findProvenGain, sumProvenGains, type ProvenGain } from '../../../evals/landscapes/provenGain.ts';

const run = (gain: number, isProven: boolean, total: number): ProvenGain => ({
  gain,
  isProven,
  calls: { base: total / 2, reward: 0, judge: total / 2, optimizer: 0 },
  proofCalls: 10,
});

describe('the calls to a proven gain', () => {
  it('are those of all runs for each run that proves a true gain', () => {
    const sum = sumProvenGains([run(0.5, true, 300), run(0, false, 200), run(-0.1, true, 100)]);
    expect(sum).toMatchObject({ callsToGain: 600, calls: 190, proofCalls: 10, proven: 2 / 3, falselyProven: 1 / 3 });
    expect(sum.byRole).toEqual({ base: 300, reward: 0, judge: 300, optimizer: 0 });
  });

  it('are unknown if no run proves one', () => {
    expect(sumProvenGains([run(0.1, false, 100)])).toMatchObject({ callsToGain: null, byRole: {} });
  });
});

describe('a run on a landscape with its proof', () => {
  const [, , , landscape] = HELD_OUT_LANDSCAPES;
  if (!landscape) throw new Error('there is no such landscape');
  const options = { initialPrompt: '0', depth: 4, maxDepthIncrease: 0 };

  it('goes on to a proof by fresh queries, and counts their calls apart', async () => {
    const search = (nodes: Parameters<typeof beam>[0]) => beam(nodes, { ...options, final: null });
    const found = await findProvenGain({ createWorld: createLandscapeWorld, search }, landscape, 1);
    expect(found.gain).toBeGreaterThan(0);
    expect(found.isProven).toBe(true);
    // a fresh query has its rewards, and two answers that are judged
    expect(found.proofCalls % 5).toBe(0);
    expect(found.proofCalls).toBeGreaterThanOrEqual(5 * 6);
    expect(found.calls.base).toBe(found.calls.judge);
  });

  it('sends no proof if the first prompt is returned', async () => {
    const search = (): Pick<StrategyGraph, 'invoke'> => ({
      invoke: async () => ({
        ...(await beam(createLandscapeWorld(landscape, 1).nodes, { ...options, depth: 1 }).invoke({ queries: ['q'] })),
      }),
    });
    const found = await findProvenGain({ createWorld: createLandscapeWorld, search }, landscape, 1);
    expect(found).toMatchObject({ gain: 0, proofCalls: 0, isProven: false });
  });
});
