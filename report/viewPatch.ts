import type { LevelView, NodeView, RunView } from './runView.ts';

/** What changed from one view of a run to a later one: a journal only grows, so nodes are told whole once and then moved. */
export interface ViewPatch {
  /** Everything but the nodes and levels, where it changed. */
  changedFields: Partial<Omit<RunView, 'nodes' | 'levels'>>;
  /** Levels that are new or changed. */
  levels: LevelView[];
  nodes: NodeView[];
  changedNodes: [id: string, column: number, fate: NodeView['fate'], onPath: boolean][];
}

const isSameJson = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** The way from a view to a later one; null where nothing changed, undefined where a node or level is gone and there is no way. */
export function createViewPatch(before: RunView, after: RunView): ViewPatch | null | undefined {
  const { nodes: _, levels: __, ...rest } = after;
  const old = new Map(before.nodes.map((n) => [n.id, n]));
  if (after.levels.length < before.levels.length) return undefined;
  const set = Object.fromEntries(
    Object.entries(rest).filter(([key, value]) => !isSameJson(Reflect.get(before, key), value)),
  ) as ViewPatch['changedFields'];
  const levels = after.levels.filter((level, i) => !isSameJson(level, before.levels[i]));
  const nodes: NodeView[] = [];
  const moved: ViewPatch['changedNodes'] = [];
  for (const n of after.nodes) {
    const was = old.get(n.id);
    if (!was) nodes.push(n);
    else if (was.column !== n.column || was.fate !== n.fate || was.onPath !== n.onPath)
      moved.push([n.id, n.column, n.fate, n.onPath]);
  }
  if (before.nodes.length + nodes.length !== after.nodes.length) return undefined;
  return Object.keys(set).length + levels.length + nodes.length + moved.length === 0
    ? null
    : { changedFields: set, levels, nodes, changedNodes: moved };
}

/** The later view. */
export function applyViewPatch(
  view: RunView,
  { changedFields: set, levels, nodes, changedNodes: moved }: ViewPatch,
): RunView {
  const places = new Map(moved.map(([id, column, fate, onPath]) => [id, { column, fate, onPath }]));
  const all = [...view.nodes.map((n) => (places.has(n.id) ? { ...n, ...places.get(n.id) } : n)), ...nodes];
  const changed = view.levels.slice();
  for (const level of levels) changed[level.depth] = level;
  return {
    ...view,
    ...set,
    levels: changed,
    nodes: all.toSorted((a, b) => a.depth - b.depth || a.column - b.column),
  };
}
