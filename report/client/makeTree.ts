import type { NodeView } from '../runView.ts';
import { createElement } from './dom.ts';
import { formatNodeName, formatScore, formatShortScore, pluralizeCount } from './format.ts';
import { handleTreeKey } from './handleTreeKey.ts';
import type { App } from './app.ts';
import { keepReaderState } from './readerState.ts';
import { renderLegend } from './renderLegend.ts';
import { makeTreeLines } from './makeTreeLines.ts';

/** The tree on the page. It is updated in place, so that thousands of nodes are not drawn again. */
export interface TreeWidget {
  element: HTMLElement;
  update: () => void;
  /** Marks the selected node, which the Tab key reaches. */
  markSelected: () => void;
}

/** The tree: a row per level, a button per node, the best path in the first column, with lines behind the nodes. */
export function makeTree(app: App): TreeWidget {
  const lines = makeTreeLines();
  const canvas = createElement('div', { class: 'canvas' }, lines.element);
  const key = createElement('div');
  const hint = createElement('p', { class: 'quiet' }, TREE_HINT);
  const label = 'Search tree: arrow keys select a node, Enter shows its details, Escape returns to the tree';
  const element = createElement(
    'div',
    { class: 'tree' },
    key,
    createElement('div', { class: 'scroller', role: 'group', 'aria-label': label }, canvas),
    hint,
  );
  const treeRows: TreeRow[] = [];
  const buttons = new Map<string, NodeButton>();
  canvas.addEventListener('keydown', (event) => handleTreeKey(app, groupByRow(app), event));
  canvas.addEventListener('click', (event) => {
    const id = event.target instanceof Element ? event.target.closest('.node')?.getAttribute('data-id') : null;
    if (id) app.select(id, 'open');
  });
  const update = (): void => {
    const rows = groupByRow(app);
    key.hidden = hint.hidden = rows.length === 0;
    key.replaceChildren(renderLegend(app.view));
    keepReaderState(canvas, () => {
      for (const [depth, nodes] of rows.entries()) {
        const row = (treeRows[depth] ??= createRow(canvas));
        updateRow(
          row,
          nodes.map((n) => updateButton(buttons, app, n)),
          createLevelLabel(app, depth, nodes.length),
        );
      }
      for (const row of treeRows.splice(rows.length)) row.element.remove();
    });
    lines.update(app.view.nodes, rows);
    markSelected();
  };
  const markSelected = (): void => {
    const node = buttons.get(app.selectedId)?.element;
    for (const old of canvas.querySelectorAll('.node[aria-current]')) if (old !== node) setCurrent(old, false);
    if (node) setCurrent(node, true);
  };
  return { element, update, markSelected };
}

function setCurrent(node: Element, isCurrent: boolean): void {
  if (isCurrent) node.setAttribute('aria-current', 'true');
  else node.removeAttribute('aria-current');
  node.setAttribute('tabindex', isCurrent ? '0' : '-1');
}

function groupByRow({ view }: App): NodeView[][] {
  const rows = view.levels.map((): NodeView[] => []);
  for (const node of view.nodes) rows[node.depth]?.push(node);
  return rows;
}

interface TreeRow {
  element: HTMLElement;
  level: HTMLElement;
  label: string;
}

function createRow(canvas: HTMLElement): TreeRow {
  const level = createElement('span', { class: 'level' });
  const element = createElement('div', { class: 'row', role: 'group' }, level);
  canvas.append(element);
  return { element, level, label: '' };
}

/** Moves only the buttons whose order changed. */
function updateRow(row: TreeRow, buttons: readonly HTMLElement[], { name, tie, label }: LevelLabel): void {
  const { element, level } = row;
  const children = element.children;
  buttons.forEach((button, i) => children[i + 1] !== button && element.insertBefore(button, children[i + 1] ?? null));
  while (children.length > buttons.length + 1) children[buttons.length + 1]?.remove();
  if (row.label === label) return;
  row.label = label;
  element.setAttribute('aria-label', label);
  const explanation = 'A kept and a pruned node have the same rank: list order decided';
  level.replaceChildren(name, ...(tie ? [createElement('span', { class: 'tie', title: explanation }, 'tie')] : []));
}

interface LevelLabel {
  name: string;
  tie: boolean;
  label: string;
}

function createLevelLabel({ view }: App, depth: number, nodes: number): LevelLabel {
  const tie = view.levels[depth]?.tie !== null;
  const label = `Level ${depth}, ${pluralizeCount(nodes, 'node')}${tie ? ', a tie at the cut' : ''}`;
  return { name: depth === 0 ? 'first' : String(depth), tie, label };
}

interface NodeButton {
  element: HTMLElement;
  label: string;
}

function updateButton(buttons: Map<string, NodeButton>, { view }: App, node: NodeView): HTMLElement {
  const button = buttons.get(node.id) ?? { element: createButton(node), label: '' };
  buttons.set(node.id, button);
  const isBest = node.id === view.best.id;
  const label = describeNode(node, isBest, view.ranked);
  if (button.label === label) return button.element;
  button.label = label;
  button.element.className = [
    'node',
    node.fate,
    node.unchanged && 'same',
    node.onPath && 'path',
    node.missing !== null && 'missing',
    isBest && 'best',
  ]
    .filter(Boolean)
    .join(' ');
  button.element.setAttribute('aria-label', label);
  return button.element;
}

const createButton = ({ id, missing, reward }: NodeView): HTMLElement =>
  createElement(
    'button',
    { type: 'button', 'data-id': id, tabindex: -1 },
    missing === null ? formatShortScore(reward) : '?',
  );

/** Describes in words what the look of a node means. */
const describeNode = (n: NodeView, isBest: boolean, ranked: boolean): string =>
  [
    `${formatNodeName(n)}${isBest ? ', the best' : ''}`,
    n.missing === null ? `reward ${formatScore(n.reward)}` : 'judgement missing',
    n.fate === 'open' ? 'not decided yet' : n.fate === 'pruned' && !ranked ? 'not expanded' : n.fate,
    n.depth === 0 ? '' : n.unchanged ? 'same prompt as its parent' : 'new prompt',
    n.onPath ? 'on the best path' : '',
  ]
    .filter(Boolean)
    .join(', ');

const TREE_HINT =
  'The number in a node is its reward, 1 to 5. Kept nodes are expanded on the next query. Select a node with a click or the arrow keys; Enter shows its details, Escape returns to the tree.';
