import { computeMean } from '../statistics/computeMean.ts';
import type { AspectView, LevelView, NodeView } from './runView.ts';
import { findTie, type NodeFate, type TreeNode } from './tree.ts';

/** The levels of a search: their rewards, and where order decided the cut. */
export function createLevelViews(
  views: readonly NodeView[][],
  rank: ReadonlyMap<string, number>,
  fate: ReadonlyMap<string, NodeFate>,
  levels: readonly TreeNode[][],
): LevelView[] {
  return views.map((nodes, depth) => {
    const rewards = nodes.flatMap((n) => n.reward ?? []);
    return {
      depth,
      query: nodes[0]?.query ?? '',
      nodes: nodes.length,
      pruned: nodes.filter((n) => n.fate === 'pruned').length,
      mean: computeMean(rewards),
      low: rewards.length ? Math.min(...rewards) : null,
      high: rewards.length ? Math.max(...rewards) : null,
      path: nodes.find((n) => n.onPath)?.reward ?? null,
      tie: findTie(levels[depth] ?? [], rank, fate),
    };
  });
}

/** Each aspect's scores by level, the most judged first. */
export function createAspectViews(levels: readonly NodeView[][]): AspectView[] {
  const found = new Map<string, { all: number[][]; path: number[][] }>();
  levels.forEach((nodes, depth) => {
    for (const { scores, onPath } of nodes)
      for (const { aspect, score } of scores) {
        const by = found.get(aspect) ?? { all: [], path: [] };
        found.set(aspect, by);
        (by.all[depth] ??= []).push(score);
        if (onPath) (by.path[depth] ??= []).push(score);
      }
  });
  const means = (by: number[][]): (number | null)[] => levels.map((_, depth) => computeMean(by[depth] ?? []));
  return [...found]
    .map(([name, { all, path }]) => ({
      name,
      judged: all.flat().length,
      mean: computeMean(all.flat()) ?? 0,
      all: means(all),
      path: means(path),
    }))
    .toSorted((a, b) => b.judged - a.judged || (a.name < b.name ? -1 : 1));
}
