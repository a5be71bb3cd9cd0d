import type { LevelView, NodeView, RunView } from './runView.ts';

/** What changed from one view of a run to a later one: a journal only grows, so nodes are told whole once and then moved. */
export interface Patch {
  /** Everything but the nodes and levels, where it changed. */
  set: Partial<Omit<RunView, 'nodes' | 'levels'>>;
  /** Levels that are new or changed. */
  levels: LevelView[];
  nodes: NodeView[];
  moved: [id: string, column: number, fate: NodeView['fate'], onPath: boolean][];
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** The way from a view to a later one; null where nothing changed, undefined where a node or level is gone and there is no way. */
export function patchOf(before: RunView, after: RunView): Patch | null | undefined {
  const { nodes: _, levels: __, ...rest } = after;
  const old = new Map(before.nodes.map((n) => [n.id, n]));
  if (after.levels.length < before.levels.length) return undefined;
  const set = Object.fromEntries(
    Object.entries(rest).filter(([key, value]) => !same(Reflect.get(before, key), value)),
  ) as Patch['set'];
  const levels = after.levels.filter((level, i) => !same(level, before.levels[i]));
  const nodes: NodeView[] = [];
  const moved: Patch['moved'] = [];
  for (const n of after.nodes) {
    const was = old.get(n.id);
    if (!was) nodes.push(n);
    else if (was.column !== n.column || was.fate !== n.fate || was.onPath !== n.onPath)
      moved.push([n.id, n.column, n.fate, n.onPath]);
  }
  if (before.nodes.length + nodes.length !== after.nodes.length) return undefined;
  return Object.keys(set).length + levels.length + nodes.length + moved.length === 0
    ? null
    : { set, levels, nodes, moved };
}

/** The later view. */
export function patched(view: RunView, { set, levels, nodes, moved }: Patch): RunView {
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
