import { computeMean } from '../statistics/computeMean.ts';
import type { AspectView, LevelView, NodeView } from './runView.ts';
import { findTie, type NodeFate, type TreeNode } from './tree.ts';

/** Summarizes each level: its rewards, and a tie at the cut. */
export function createLevelViews(
  views: readonly NodeView[][],
  rank: ReadonlyMap<string, number>,
  fate: ReadonlyMap<string, NodeFate>,
  levels: readonly TreeNode[][],
): LevelView[] {
  return views.map((nodes, depth) => {
    const rewards = nodes.flatMap((n) => n.reward ?? []);
    const [low, high] = rewards.length ? [Math.min(...rewards), Math.max(...rewards)] : [null, null];
    return {
      depth,
      query: nodes[0]?.query ?? '',
      nodes: nodes.length,
      pruned: nodes.filter((n) => n.fate === 'pruned').length,
      mean: computeMean(rewards),
      low,
      high,
      tiedAt: rewards.length > 1 && low === high ? low : null,
      path: nodes.find((n) => n.onPath)?.reward ?? null,
      tie: findTie(levels[depth] ?? [], rank, fate),
    };
  });
}

/** Summarizes the scores of each aspect by level, the most judged aspect first. */
export function createAspectViews(levels: readonly NodeView[][]): AspectView[] {
  const scoresByAspect = new Map<string, { all: number[][]; path: number[][] }>();
  levels.forEach((nodes, depth) => {
    for (const { scores, onPath } of nodes)
      for (const { aspect, score } of scores) {
        const byLevel = scoresByAspect.get(aspect) ?? { all: [], path: [] };
        scoresByAspect.set(aspect, byLevel);
        (byLevel.all[depth] ??= []).push(score);
        if (onPath) (byLevel.path[depth] ??= []).push(score);
      }
  });
  const computeMeans = (byLevel: number[][]): (number | null)[] =>
    levels.map((_, depth) => computeMean(byLevel[depth] ?? []));
  return [...scoresByAspect]
    .map(([name, { all, path }]) => ({
      name,
      judged: all.flat().length,
      mean: computeMean(all.flat()) ?? 0,
      all: computeMeans(all),
      path: computeMeans(path),
    }))
    .toSorted((a, b) => b.judged - a.judged || (a.name < b.name ? -1 : 1));
}
