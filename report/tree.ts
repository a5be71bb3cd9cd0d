/** The fields of a node that decide the shape of the tree. */
export interface TreeNode {
  id: string;
  parent: string | null;
  depth: number;
  index: number;
  reward: number | null;
  value: number | null;
  prompt: string;
  query: string;
  weight?: number | undefined;
}

/** The ids from the root to a node. */
export function collectPathIds(id: string, nodes: readonly TreeNode[]): string[] {
  const byId = new Map(nodes.map((n) => [n.id, n]));
  const path: string[] = [];
  for (let node = byId.get(id); node; node = node.parent === null ? undefined : byId.get(node.parent))
    path.unshift(node.id);
  return path;
}

/** The best node of the deepest level, the earlier among equals; undefined if there is no node. */
export function findLeadingNode<T extends TreeNode>(nodes: readonly T[]): T | undefined {
  const depth = Math.max(...nodes.map((n) => n.depth));
  return sortNodesByValue(nodes.filter((n) => n.depth === depth))[0];
}

/** Sorts by value, the best first. Equals keep their order (docs/reference.md#values-and-ties). */
export const sortNodesByValue = <T extends TreeNode>(level: readonly T[]): T[] =>
  level.toSorted((a, b) => (b.value ?? -1) - (a.value ?? -1) || a.index - b.index);

/** Groups nodes by level, the root's level first. */
export function groupNodesByLevel<T extends { depth: number }>(nodes: readonly T[]): T[][] {
  const levels: T[][] = [];
  for (const node of nodes) (levels[node.depth] ??= []).push(node);
  return Array.from(levels, (level) => level ?? []);
}

export type NodeFate = 'kept' | 'pruned' | 'open';

/**
 * Infers whether each node was kept: it was expanded, or the result lists it as kept. Without a result, childless nodes of
 * the two deepest levels are open, because their level may not have been ranked yet.
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
 * Orders each level so that no lines cross: children under their parents; among siblings the best path first, then kept
 * nodes. So the best path is the leftmost column.
 */
export function arrangeLevels<T extends TreeNode>(
  levels: readonly T[][],
  path: ReadonlySet<string>,
  fate: ReadonlyMap<string, NodeFate>,
): T[][] {
  const columns = new Map<string, number>();
  const getPriority = (n: T): number => (path.has(n.id) ? 0 : fate.get(n.id) === 'pruned' ? 2 : 1);
  return levels.map((level) => {
    const getParentColumn = (n: T): number => (n.parent === null ? 0 : (columns.get(n.parent) ?? Infinity));
    const sorted = level.toSorted(
      (a, b) =>
        compareNumbers(getParentColumn(a), getParentColumn(b)) || getPriority(a) - getPriority(b) || a.index - b.index,
    );
    sorted.forEach((n, i) => columns.set(n.id, i));
    return sorted;
  });
}

const compareNumbers = (a: number, b: number): number => (a === b ? 0 : a - b);

/** The nodes of equal rank on both sides of a level's cut. */
export interface LevelTie {
  /** The value of their paths. */
  value: number | null;
  kept: string[];
  pruned: string[];
}

/** Finds a tie at a level's cut; null if there is none, or no cut. */
export function findTie(
  level: readonly TreeNode[],
  rank: ReadonlyMap<string, number>,
  fate: ReadonlyMap<string, NodeFate>,
): LevelTie | null {
  const filterByFate = (f: NodeFate): TreeNode[] => level.filter((n) => fate.get(n.id) === f);
  const lowestKept = Math.min(...filterByFate('kept').map((n) => rank.get(n.id) ?? Infinity));
  if (!Number.isFinite(lowestKept)) return null;
  const findEquals = (f: NodeFate): TreeNode[] => filterByFate(f).filter((n) => rank.get(n.id) === lowestKept);
  const [kept, pruned] = [findEquals('kept'), findEquals('pruned')];
  if (pruned.length === 0) return null;
  return { value: kept[0]?.value ?? null, kept: kept.map((n) => n.id), pruned: pruned.map((n) => n.id) };
}
