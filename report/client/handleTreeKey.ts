import type { NodeView } from '../runView.ts';
import type { App } from './app.ts';

/** Handles keys in the tree: along the level, to the parent, to the first child (or the nearest node of the next level). */
export function handleTreeKey(app: App, rows: readonly NodeView[][], event: KeyboardEvent): void {
  const current = app.view.nodes.find((n) => n.id === app.selectedId);
  if (!current || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    app.select(current.id, 'go');
    return;
  }
  const target = findTargetId(event.key, current, rows, app.view.path);
  if (target === null) return;
  event.preventDefault();
  if (target === undefined) return;
  app.select(target);
  document.querySelector<HTMLElement>('.node[aria-current]')?.focus();
}

/** Undefined if there is no such node, null if the key has no meaning here. */
function findTargetId(
  key: string,
  current: NodeView,
  rows: readonly NodeView[][],
  path: readonly string[],
): string | undefined | null {
  const below = rows[current.depth + 1] ?? [];
  if (key === 'ArrowLeft') return rows[current.depth]?.[current.column - 1]?.id;
  if (key === 'ArrowRight') return rows[current.depth]?.[current.column + 1]?.id;
  if (key === 'ArrowUp') return current.parent ?? undefined;
  if (key === 'ArrowDown')
    return (below.find((n) => n.parent === current.id) ?? below[Math.min(current.column, below.length - 1)])?.id;
  if (key === 'Home') return path[0];
  return key === 'End' ? path.at(-1) : null;
}
