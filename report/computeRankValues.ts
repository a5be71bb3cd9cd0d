import { computeMean } from '../statistics/computeMean.ts';
import { estimateLeads } from './estimateLeads.ts';
import type { TreeNode } from './tree.ts';

/** What a search ranks by: the mean along a path, its last reward (a beam of width 1), or an estimate from the whole tree. */
export type RankCriterion = 'mean' | 'last' | 'estimate';

/** The value by which the search ranked each node. The mean of its level replaces a missing reward. */
export function computeRankValues(levels: readonly (readonly TreeNode[])[], by: RankCriterion): Map<string, number> {
  if (by === 'estimate') return estimateLeads(levels);
  const paths = new Map<string, { sum: number; count: number }>();
  const rank = new Map<string, number>();
  for (const level of levels.slice(1)) {
    const levelMean = computeMean(level.flatMap((n) => n.reward ?? []));
    for (const { id, parent, reward } of level) {
      const { sum, count } = paths.get(parent ?? '') ?? { sum: 0, count: 0 };
      const counted = reward ?? levelMean;
      const path = counted === null ? { sum, count } : { sum: sum + counted, count: count + 1 };
      paths.set(id, path);
      rank.set(id, by === 'last' ? (counted ?? 0) : path.count ? path.sum / path.count : 0);
    }
  }
  return rank;
}
