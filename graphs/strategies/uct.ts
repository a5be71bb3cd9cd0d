import { computeMean } from '../../statistics/computeMean.ts';
import type { Candidate } from '../../state/hypothesis.ts';

/** What a tree search knows: judged nodes, and the paths walked (ids from the root on). */
export interface SearchTree {
  tree: readonly Candidate[];
  walks: readonly (readonly string[])[];
}

export const listChildren = ({ tree }: Pick<SearchTree, 'tree'>, id: string): Candidate[] =>
  tree.filter((c) => c.parent === id);

/** How often a node was walked through. */
const countVisits = ({ walks }: SearchTree, id: string): number => walks.filter((path) => path.includes(id)).length;

/** Q: the mean over the walks through a node of the mean reward from it to the walk's end; its own reward before any walk. */
function computeNodeQuality({ tree, walks }: SearchTree, node: Candidate): number {
  const byId = new Map(tree.map((c) => [c.id, c]));
  const ends = walks.flatMap((path) => {
    const at = path.indexOf(node.id);
    return at < 0 ? [] : (computeMean(path.slice(at).flatMap((id) => byId.get(id)?.reward ?? [])) ?? []);
  });
  return computeMean(ends) ?? node.reward ?? computeLevelMean(tree, node.depth);
}

/** A missing reward is never a zero: the level's mean stands in. */
const computeLevelMean = (tree: readonly Candidate[], depth: number): number =>
  computeMean(tree.filter((c) => c.depth === depth).flatMap((c) => c.reward ?? [])) ?? 0;

/** The child to follow: Q + w·√(ln N_parent / max(1, N_child)); equals keep their order. */
export function pickMostPromisingChild(walked: SearchTree, parent: string, explore: number): Candidate | undefined {
  const spread = Math.log(Math.max(1, countVisits(walked, parent)));
  const scored = listChildren(walked, parent).map((child) => ({
    child,
    score: computeNodeQuality(walked, child) + explore * Math.sqrt(spread / Math.max(1, countVisits(walked, child.id))),
  }));
  return scored.toSorted((a, b) => b.score - a.score)[0]?.child;
}

/** The child with the highest reward, by which a walk goes on once it has left the known tree. */
export const pickHighestRewardChild = (walked: Pick<SearchTree, 'tree'>, parent: string): Candidate | undefined =>
  listChildren(walked, parent).toSorted(
    (a, b) =>
      (b.reward ?? computeLevelMean(walked.tree, b.depth)) - (a.reward ?? computeLevelMean(walked.tree, a.depth)),
  )[0];
