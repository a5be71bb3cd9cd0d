import type { LevelView, NodeView, RunView } from './runView.ts';

/** The changes from one view of a run to a later one. A journal only grows, so a node is sent once and then only moved. */
export interface ViewPatch {
  /** The changed fields other than nodes and levels. */
  changedFields: Partial<Omit<RunView, 'nodes' | 'levels'>>;
  /** New and changed levels. */
  levels: LevelView[];
  nodes: NodeView[];
  changedNodes: [id: string, column: number, fate: NodeView['fate'], onPath: boolean][];
}

const isSameJson = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Creates the patch from a view to a later one: null if nothing changed, undefined if a node or level disappeared. */
export function createViewPatch(before: RunView, after: RunView): ViewPatch | null | undefined {
  const { nodes: _, levels: __, ...rest } = after;
  const nodesBefore = new Map(before.nodes.map((n) => [n.id, n]));
  if (after.levels.length < before.levels.length) return undefined;
  const changedFields = Object.fromEntries(
    Object.entries(rest).filter(([key, value]) => !isSameJson(Reflect.get(before, key), value)),
  ) as ViewPatch['changedFields'];
  const levels = after.levels.filter((level, i) => !isSameJson(level, before.levels[i]));
  const nodes: NodeView[] = [];
  const changedNodes: ViewPatch['changedNodes'] = [];
  for (const n of after.nodes) {
    const previous = nodesBefore.get(n.id);
    if (!previous) nodes.push(n);
    else if (previous.column !== n.column || previous.fate !== n.fate || previous.onPath !== n.onPath)
      changedNodes.push([n.id, n.column, n.fate, n.onPath]);
  }
  if (before.nodes.length + nodes.length !== after.nodes.length) return undefined;
  const changes = Object.keys(changedFields).length + levels.length + nodes.length + changedNodes.length;
  return changes === 0 ? null : { changedFields, levels, nodes, changedNodes };
}

/** Applies a patch to the view from which it was created. */
export function applyViewPatch(view: RunView, { changedFields, levels, nodes, changedNodes }: ViewPatch): RunView {
  const changes = new Map(changedNodes.map(([id, column, fate, onPath]) => [id, { column, fate, onPath }]));
  const allNodes = [...view.nodes.map((n) => (changes.has(n.id) ? { ...n, ...changes.get(n.id) } : n)), ...nodes];
  const allLevels = view.levels.slice();
  for (const level of levels) allLevels[level.depth] = level;
  return {
    ...view,
    ...changedFields,
    levels: allLevels,
    nodes: allNodes.toSorted((a, b) => a.depth - b.depth || a.column - b.column),
  };
}
