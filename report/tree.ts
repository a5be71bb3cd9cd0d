/** What of a node the shape of the tree depends on. */
export interface TreeNode {
  id: string;
  parent: string | null;
  depth: number;
  index: number;
  reward: number | null;
  value: number | null;
  prompt: string;
  query: string;
}

/** The ids from the root to a node. */
export function collectPathIds(id: string, nodes: readonly TreeNode[]): string[] {
  const byId = new Map(nodes.map((n) => [n.id, n]));
  const path: string[] = [];
  for (let node = byId.get(id); node; node = node.parent === null ? undefined : byId.get(node.parent))
    path.unshift(node.id);
  return path;
}

/** The best node of the deepest level: the greatest value, the lower index among equals. Undefined of an empty tree. */
export function findLeadingNode<T extends TreeNode>(nodes: readonly T[]): T | undefined {
  const depth = Math.max(...nodes.map((n) => n.depth));
  return sortNodesByValue(nodes.filter((n) => n.depth === depth))[0];
}

/** Better first; equals keep their order (a stable descending sort, docs/algorithm.md#values-and-ties). */
export const sortNodesByValue = <T extends TreeNode>(level: readonly T[]): T[] =>
  level.toSorted((a, b) => (b.value ?? -1) - (a.value ?? -1) || a.index - b.index);

/** Nodes by level, the root's first. */
export function groupNodesByLevel<T extends { depth: number }>(nodes: readonly T[]): T[][] {
  const levels: T[][] = [];
  for (const node of nodes) (levels[node.depth] ??= []).push(node);
  return Array.from(levels, (level) => level ?? []);
}

export type NodeFate = 'kept' | 'pruned' | 'open';

/**
 * What became of each node. Kept: it was expanded, or the result says so (the last beam). Without a result, nodes of the
 * deepest two levels without children are open: their level may not have been ranked.
 */
export function inferFates(nodes: readonly TreeNode[], kept: ReadonlySet<string> | null): Map<string, NodeFate> {
  const parents = new Set(nodes.flatMap((n) => n.parent ?? []));
  const deepest = Math.max(...nodes.map((n) => n.depth));
  const fate = ({ id, depth }: TreeNode): NodeFate => {
    if (parents.has(id) || kept?.has(id)) return 'kept';
    return kept === null && depth >= deepest - 1 ? 'open' : 'pruned';
  };
  return new Map(nodes.map((n) => [n.id, fate(n)]));
}

/**
 * The order a level is drawn in, so that no lines cross: children under their parents, parents in their own order; among
 * siblings the best path first, then what was kept. The best path is thus the leftmost column.
 */
export function arrangeLevels<T extends TreeNode>(
  levels: readonly T[][],
  path: ReadonlySet<string>,
  fate: ReadonlyMap<string, NodeFate>,
): T[][] {
  const columns = new Map<string, number>();
  const weight = (n: T): number => (path.has(n.id) ? 0 : fate.get(n.id) === 'pruned' ? 2 : 1);
  return levels.map((level) => {
    const column = (n: T): number => (n.parent === null ? 0 : (columns.get(n.parent) ?? Infinity));
    const sorted = level.toSorted(
      (a, b) => compareNumbers(column(a), column(b)) || weight(a) - weight(b) || a.index - b.index,
    );
    sorted.forEach((n, i) => columns.set(n.id, i));
    return sorted;
  });
}

const compareNumbers = (a: number, b: number): number => (a === b ? 0 : a - b);

export interface LevelTie {
  /** Of the path. */
  value: number | null;
  kept: string[];
  pruned: string[];
}

/** Equals on both sides of a level's cut; null where the cut fell between different values, or there was none. */
export function findTie(
  level: readonly TreeNode[],
  rank: ReadonlyMap<string, number>,
  fate: ReadonlyMap<string, NodeFate>,
): LevelTie | null {
  const of = (f: NodeFate): TreeNode[] => level.filter((n) => fate.get(n.id) === f);
  const last = Math.min(...of('kept').map((n) => rank.get(n.id) ?? Infinity));
  const equals = (f: NodeFate): TreeNode[] => of(f).filter((n) => rank.get(n.id) === last);
  const [kept, pruned] = [equals('kept'), equals('pruned')];
  if (pruned.length === 0 || !Number.isFinite(last)) return null;
  const idsOf = (nodes: readonly TreeNode[]): string[] => nodes.map((n) => n.id);
  return { value: kept[0]?.value ?? null, kept: idsOf(kept), pruned: idsOf(pruned) };
}
