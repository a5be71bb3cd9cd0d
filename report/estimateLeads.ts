import { ROOT_ESTIMATE, updateEstimates } from '../graphs/beam/qualityEstimate.ts';
import type { Difficulty, Estimate } from '../state/estimate.ts';
import type { TreeNode } from './tree.ts';

/** What the search thought of each node when its level was ranked by estimates (graphs/beam/qualityEstimate.ts): its lead over the first prompt. */
export function estimateLeads(levels: readonly (readonly TreeNode[])[]): Map<string, number> {
  const leads = new Map<string, number>();
  let beam = new Map<string, { parent: Estimate; rank: number }>();
  const difficulties = new Map<string, Difficulty>();
  let prompts = new Map<string | null, string>();
  for (const [depth, drawn] of levels.entries()) {
    const level = drawn.toSorted((a, b) => a.index - b.index);
    const born = level.map((n) => ({
      ...(beam.get(n.parent ?? '') ?? { parent: ROOT_ESTIMATE, rank: 0 }),
      rewritten: prompts.has(n.parent) && prompts.get(n.parent) !== n.prompt,
    }));
    const query = level[0]?.query ?? '';
    const { qualities: thought, difficulty } = updateEstimates(
      born,
      level.map((n) => n.reward),
      difficulties.get(query),
    );
    if (depth > 0) difficulties.set(query, difficulty);
    level.forEach(({ id }, i) => leads.set(id, thought[i]?.mean ?? 0));
    // the beam's order is that of its children
    const next = (levels[depth + 1] ?? []).toSorted((a, b) => a.index - b.index).map((n) => n.parent);
    const order = [...new Set(next)].map((id) => level.findIndex((n) => n.id === id));
    beam = new Map(
      order.flatMap((at, rank) => {
        const [node, estimate] = [level[at], thought[at]];
        const covariances = order.map((i) => estimate?.covariances[i] ?? 0);
        return node && estimate ? [[node.id, { parent: { ...estimate, covariances }, rank }]] : [];
      }),
    );
    prompts = new Map(level.map((n) => [n.id, n.prompt]));
  }
  return leads;
}
