import { expect, it } from '@jest/globals';
import { createLandscapeWorld, type Landscape } from '../../../evals/landscapes/landscapes.ts';
import { beam, DEFAULT_FINAL, type SearchOptions } from '../../../graphs/index.ts';

const HARD_PULL: Landscape = { name: 'hard pull', kind: 'pull', strength: 0.9, target: 0, sd: 0.15 };
const queries = Array.from({ length: 180 }, (_, i) => `query ${i}`);

async function search(seed: number, options: SearchOptions) {
  const { nodes } = createLandscapeWorld(HARD_PULL, seed);
  return beam(nodes, { ...options, initialPrompt: '0' }).invoke({ queries });
}

it('a cautious final returns the first prompt where a loss is likely, asks the same, and says why', async () => {
  let refused = 0;
  for (const seed of [1, 2, 3, 4]) {
    const [on, off] = await Promise.all([
      search(seed, {}),
      search(seed, { final: { ...DEFAULT_FINAL, cautious: false } }),
    ]);
    expect(on.final?.pairs).toEqual(off.final?.pairs);
    expect(on.final?.challenger).toBe(off.final?.challenger);
    if (on.bestPrompt === off.bestPrompt) continue;
    refused++;
    expect(on).toMatchObject({ bestPrompt: '0', bestId: '0' });
    expect(on.final?.chanceOfLoss).toBeGreaterThan(0.01);
    expect(on.final?.notes.join()).toContain('final.cautious');
  }
  expect(refused).toBeGreaterThan(0);
});
