import { mean } from '../../statistics/mean.ts';
import type { Candidate } from '../../state/hypothesis.ts';

/** What a tree search knows: judged nodes, and the paths walked (ids from the root on). */
export interface Walked {
  tree: readonly Candidate[];
  walks: readonly (readonly string[])[];
}

export const childrenOf = ({ tree }: Pick<Walked, 'tree'>, id: string): Candidate[] =>
  tree.filter((c) => c.parent === id);

/** How often a node was walked through. */
const visits = ({ walks }: Walked, id: string): number => walks.filter((path) => path.includes(id)).length;

/** Q: the mean over the walks through a node of the mean reward from it to the walk's end; its own reward before any walk. */
function quality({ tree, walks }: Walked, node: Candidate): number {
  const byId = new Map(tree.map((c) => [c.id, c]));
  const ends = walks.flatMap((path) => {
    const at = path.indexOf(node.id);
    return at < 0 ? [] : (mean(path.slice(at).flatMap((id) => byId.get(id)?.reward ?? [])) ?? []);
  });
  return mean(ends) ?? node.reward ?? levelMean(tree, node.depth);
}

/** A missing reward is never a zero: the level's mean stands in. */
const levelMean = (tree: readonly Candidate[], depth: number): number =>
  mean(tree.filter((c) => c.depth === depth).flatMap((c) => c.reward ?? [])) ?? 0;

/** The child to follow: Q + w·√(ln N_parent / max(1, N_child)); equals keep their order. */
export function mostPromising(walked: Walked, parent: string, explore: number): Candidate | undefined {
  const spread = Math.log(Math.max(1, visits(walked, parent)));
  const scored = childrenOf(walked, parent).map((child) => ({
    child,
    score: quality(walked, child) + explore * Math.sqrt(spread / Math.max(1, visits(walked, child.id))),
  }));
  return scored.toSorted((a, b) => b.score - a.score)[0]?.child;
}

/** The child with the highest reward, by which a walk goes on once it has left the known tree. */
export const mostRewarded = (walked: Pick<Walked, 'tree'>, parent: string): Candidate | undefined =>
  childrenOf(walked, parent).toSorted(
    (a, b) => (b.reward ?? levelMean(walked.tree, b.depth)) - (a.reward ?? levelMean(walked.tree, a.depth)),
  )[0];
