import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { computeRankValues } from '../../report/computeRankValues.ts';
import {
  arrangeLevels,
  inferFates,
  findLeadingNode,
  groupNodesByLevel,
  collectPathIds,
  findTie,
} from '../../report/tree.ts';
import { largeRun, node } from './runs.ts';

const tree = [
  node('0'),
  node('0.0', { value: 4 }),
  node('0.1', { value: 3 }),
  node('0.2', { value: 5, reward: 5 }),
  node('0.2.0', { value: 5, reward: 5, index: 0 }),
  node('0.0.0', { value: 4, index: 3 }),
];

describe('the fate of a node', () => {
  it('expanded nodes and those of the result are kept, all others pruned', () => {
    expect([...inferFates(tree, new Set(['0.0.0']))]).toEqual([
      ['0', 'kept'],
      ['0.0', 'kept'],
      ['0.1', 'pruned'],
      ['0.2', 'kept'],
      ['0.2.0', 'pruned'],
      ['0.0.0', 'kept'],
    ]);
  });

  it('levels that a running search may not have ranked are open', () => {
    const fate = inferFates([...tree, node('0.2.0.0')], null);
    expect([fate.get('0.1'), fate.get('0.0.0'), fate.get('0.2.0.0')]).toEqual(['pruned', 'open', 'open']);
  });
});

describe('the drawing', () => {
  const columns = (nodes: typeof tree, best: string): string[][] => {
    const order = arrangeLevels(
      groupNodesByLevel(nodes),
      new Set(collectPathIds(best, nodes)),
      inferFates(nodes, new Set([best])),
    );
    return order.map((level) => level.map((n) => n.id));
  };

  it('the best path is the first column, and kept siblings come before pruned ones', () => {
    expect(columns(tree, '0.2.0')).toEqual([['0'], ['0.2', '0.0', '0.1'], ['0.2.0', '0.0.0']]);
  });

  it('lines never cross', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 120 }), fc.integer({ min: 1, max: 1e6 }), (size, seed) => {
        const { nodes } = largeRun(size, { seed });
        const levels = arrangeLevels(
          groupNodesByLevel(nodes),
          new Set(collectPathIds(nodes.at(-1)?.id ?? '', nodes)),
          inferFates(nodes, null),
        );
        levels.slice(1).forEach((level, i) => {
          const parents = level.map((n) => levels[i]?.findIndex((p) => p.id === n.parent) ?? -1);
          expect(parents).toEqual(parents.toSorted((a, b) => a - b));
        });
      }),
      { numRuns: 30 },
    );
  });
});

describe('ties at the cut', () => {
  const tie = (rewards: (number | null)[], kept: string[]) => {
    const nodes = [node('0'), ...rewards.map((reward, i) => node(`0.${i}`, { reward, value: reward }))];
    const levels = groupNodesByLevel(nodes);
    return findTie(levels[1] ?? [], computeRankValues(levels, 'mean'), inferFates(nodes, new Set(kept)));
  };

  it('a tie is nodes of equal rank on both sides of the cut', () => {
    expect(tie([5, 4, 4, 4, 3], ['0.0', '0.1'])).toEqual({ value: 4, kept: ['0.1'], pruned: ['0.2', '0.3'] });
  });

  it('equals on one side are no tie, and neither is a level without pruning', () => {
    expect(tie([4, 4, 3], ['0.0', '0.1'])).toBeNull();
    expect(tie([4, 4], ['0.0', '0.1'])).toBeNull();
  });

  it('a missing reward counts as the mean of its level, as in the search', () => {
    expect(tie([4, null, 4, 4], ['0.0', '0.1'])).toEqual({ value: 4, kept: ['0.0', '0.1'], pruned: ['0.2', '0.3'] });
  });
});

it('nodes rank by the mean along the path without the root, or by the last reward', () => {
  const nodes = [node('0', { reward: 1 }), node('0.0', { reward: 5 }), node('0.0.0', { reward: 4 })];
  expect(computeRankValues(groupNodesByLevel(nodes), 'mean').get('0.0.0')).toBe(4.5);
  expect(computeRankValues(groupNodesByLevel(nodes), 'last').get('0.0.0')).toBe(4);
});

it('the leader is the best node of the deepest level, the earlier among equals', () => {
  expect(findLeadingNode([...tree, node('0.0.1', { value: 5, index: 4 })])?.id).toBe('0.2.0');
  expect(findLeadingNode([])).toBeUndefined();
});
