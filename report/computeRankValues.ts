import { computeMean } from '../statistics/computeMean.ts';
import { estimateLeads } from './estimateLeads.ts';
import type { TreeNode } from './tree.ts';

/** By what a search ranks: the mean along a path, its last reward (a beam of one), or an estimate from all of the tree. */
export type RankCriterion = 'mean' | 'last' | 'estimate';

/** What the search ranked each node by; a level's mean stands in for a missing reward along a path (graphs/beam/children.ts). */
export function computeRankValues(levels: readonly (readonly TreeNode[])[], by: RankCriterion): Map<string, number> {
  if (by === 'estimate') return estimateLeads(levels);
  const paths = new Map<string, { sum: number; count: number }>();
  const rank = new Map<string, number>();
  for (const level of levels.slice(1)) {
    const standIn = computeMean(level.flatMap((n) => n.reward ?? []));
    for (const { id, parent, reward } of level) {
      const { sum, count } = paths.get(parent ?? '') ?? { sum: 0, count: 0 };
      const counted = reward ?? standIn;
      const path = counted === null ? { sum, count } : { sum: sum + counted, count: count + 1 };
      paths.set(id, path);
      rank.set(id, by === 'last' ? (counted ?? 0) : path.count ? path.sum / path.count : 0);
    }
  }
  return rank;
}
