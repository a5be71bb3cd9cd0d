import type { NodeView } from '../runView.ts';
import type { App } from './app.ts';

/** Arrow keys: along the level, to the parent, to the first child (else the nearest node of the next level). */
export function handleTreeKey(app: App, rows: readonly NodeView[][], event: KeyboardEvent): void {
  const at = app.view.nodes.find((n) => n.id === app.selectedId);
  if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    app.select(at.id, 'go');
    return;
  }
  const to = findTargetId(event.key, at, rows, app.view.path);
  if (to === null) return;
  event.preventDefault();
  if (to === undefined) return;
  app.select(to);
  document.querySelector<HTMLElement>('.node[aria-current]')?.focus();
}

function findTargetId(
  key: string,
  at: NodeView,
  rows: readonly NodeView[][],
  path: readonly string[],
): string | undefined | null {
  const below = rows[at.depth + 1] ?? [];
  if (key === 'ArrowLeft') return rows[at.depth]?.[at.column - 1]?.id;
  if (key === 'ArrowRight') return rows[at.depth]?.[at.column + 1]?.id;
  if (key === 'ArrowUp') return at.parent ?? undefined;
  if (key === 'ArrowDown')
    return (below.find((n) => n.parent === at.id) ?? below[Math.min(at.column, below.length - 1)])?.id;
  if (key === 'Home') return path[0];
  return key === 'End' ? path.at(-1) : null;
}
