import type { NodeView } from '../runView.ts';
import { createSvgElement } from './dom.ts';

/** The space above and below a node in its row, in rows. */
const NODE_MARGIN_ROWS = 0.24;

/** Makes the lines between nodes, in units of a cell. All lines of a kind are one element, so thousands of nodes draw quickly. */
export function makeTreeLines(): {
  element: SVGElement;
  update: (nodes: readonly NodeView[], rows: readonly NodeView[][]) => void;
} {
  const kinds = ['pruned', 'open', 'kept', 'path'].map((kind) => ({
    kind,
    path: createSvgElement('path', { class: kind }),
  }));
  const element = createSvgElement(
    'svg',
    { class: 'lines', 'aria-hidden': true, preserveAspectRatio: 'none' },
    kinds.map((k) => k.path),
  );
  const update = (nodes: readonly NodeView[], rows: readonly NodeView[][]): void => {
    const width = Math.max(1, ...rows.map((r) => r.length));
    const drawn = computeCurves(nodes);
    for (const { kind, path } of kinds) path.setAttribute('d', (drawn[kind] ?? []).join(''));
    element.setAttribute('viewBox', `0 0 ${width} ${Math.max(1, rows.length)}`);
    element.style.width = `calc(${width} * var(--cell))`;
    element.style.height = `calc(${rows.length} * var(--row))`;
  };
  return { element, update };
}

function computeCurves(nodes: readonly NodeView[]): Record<string, string[]> {
  const columns = new Map(nodes.map((n) => [n.id, n.column]));
  const drawn: Record<string, string[]> = {};
  for (const n of nodes) {
    const from = n.parent === null ? undefined : columns.get(n.parent);
    if (from === undefined) continue;
    const [start, end] = [from + 0.5, n.column + 0.5];
    const y = n.depth;
    (drawn[n.onPath ? 'path' : n.fate] ??= []).push(
      `M${start} ${y - NODE_MARGIN_ROWS}C${start} ${y + NODE_MARGIN_ROWS} ${end} ${y - NODE_MARGIN_ROWS} ${end} ${y + NODE_MARGIN_ROWS}`,
    );
  }
  return drawn;
}
