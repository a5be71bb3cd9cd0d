import { updateEstimates } from '../graphs/beam/qualityEstimate.ts';
import { ROOT_ESTIMATE, type Difficulty, type Estimate } from '../state/estimate.ts';
import type { TreeNode } from './tree.ts';

/** Each node's estimated lead over the first prompt, in points, when its level was ranked (graphs/beam/qualityEstimate.ts). */
export function estimateLeads(levels: readonly (readonly TreeNode[])[]): Map<string, number> {
  const leads = new Map<string, number>();
  let beam = new Map<string, { parent: Estimate; rank: number }>();
  const difficulties = new Map<string, Difficulty>();
  let prompts = new Map<string | null, string>();
  for (const [depth, nodes] of levels.entries()) {
    const level = nodes.toSorted((a, b) => a.index - b.index);
    const candidates = level.map((n) => ({
      ...(beam.get(n.parent ?? '') ?? { parent: ROOT_ESTIMATE, rank: 0 }),
      rewritten: prompts.has(n.parent) && prompts.get(n.parent) !== n.prompt,
    }));
    const query = level[0]?.query ?? '';
    const { qualities, difficulty } = updateEstimates(
      candidates,
      level.map((n) => n.reward),
      { known: difficulties.get(query), weight: level[0]?.weight },
    );
    if (depth > 0) difficulties.set(query, difficulty);
    level.forEach(({ id }, i) => leads.set(id, qualities[i]?.mean ?? 0));
    // the order of the beam is that of its children
    const next = (levels[depth + 1] ?? []).toSorted((a, b) => a.index - b.index).map((n) => n.parent);
    const order = [...new Set(next)].map((id) => level.findIndex((n) => n.id === id));
    beam = new Map(
      order.flatMap((index, rank) => {
        const [node, estimate] = [level[index], qualities[index]];
        const covariances = order.map((i) => estimate?.covariances[i] ?? 0);
        return node && estimate ? [[node.id, { parent: { ...estimate, covariances }, rank }]] : [];
      }),
    );
    prompts = new Map(level.map((n) => [n.id, n.prompt]));
  }
  return leads;
}
