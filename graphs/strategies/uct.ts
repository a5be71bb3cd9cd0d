import { computeMean, computeWeightedMean, type WeightedValue } from '../../statistics/computeMean.ts';
import type { Candidate } from '../../state/hypothesis.ts';

/** What a tree search knows: judged nodes, and rollouts as ids from the root on. */
export interface SearchTree {
  tree: readonly Candidate[];
  rollouts: readonly (readonly string[])[];
}

/** Lists the children of a node, in the order in which they were judged. */
const listChildren = ({ tree }: Pick<SearchTree, 'tree'>, id: string): Candidate[] =>
  tree.filter((c) => c.parent === id);

/** Counts the rollouts through a node. */
const countVisits = ({ rollouts }: SearchTree, id: string): number =>
  rollouts.filter((path) => path.includes(id)).length;

/** Computes Q: the mean, over the rollouts through a node, of the mean reward from it on. Before any rollout: its own reward. */
function computeNodeQuality({ tree, rollouts }: SearchTree, node: Candidate): number {
  const byId = new Map(tree.map((c) => [c.id, c]));
  const ends = rollouts.flatMap((path) => {
    const at = path.indexOf(node.id);
    return at < 0 ? [] : (computeWeightedMean(path.slice(at).flatMap((id) => toValue(byId.get(id)))) ?? []);
  });
  return computeMean(ends) ?? node.reward ?? computeLevelMean(tree, node.depth);
}

const toValue = (node: Candidate | undefined): WeightedValue[] =>
  node?.reward == null ? [] : [{ value: node.reward, weight: node.weight ?? 1 }];

/** Computes the mean reward of a level, which stands in for a missing reward. */
const computeLevelMean = (tree: readonly Candidate[], depth: number): number =>
  computeMean(tree.filter((c) => c.depth === depth).flatMap((c) => c.reward ?? [])) ?? 0;

/** Picks the child with the highest Q + w·√(ln N_parent / max(1, N_child)). Equals keep their order. */
export function pickMostPromisingChild(search: SearchTree, parent: string, weight: number): Candidate | undefined {
  const spread = Math.log(Math.max(1, countVisits(search, parent)));
  const scored = listChildren(search, parent).map((child) => ({
    child,
    score: computeNodeQuality(search, child) + weight * Math.sqrt(spread / Math.max(1, countVisits(search, child.id))),
  }));
  return scored.toSorted((a, b) => b.score - a.score)[0]?.child;
}

/** Picks the child with the highest reward, by which a rollout continues below the known tree. */
export const pickHighestRewardChild = (search: Pick<SearchTree, 'tree'>, parent: string): Candidate | undefined =>
  listChildren(search, parent).toSorted(
    (a, b) =>
      (b.reward ?? computeLevelMean(search.tree, b.depth)) - (a.reward ?? computeLevelMean(search.tree, a.depth)),
  )[0];
