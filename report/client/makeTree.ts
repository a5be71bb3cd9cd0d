import type { NodeView } from '../runView.ts';
import { formatShortScore, pluralizeCount, createElement, formatNodeName, formatScore } from './dom.ts';
import { handleTreeKey } from './handleTreeKey.ts';
import type { App } from './app.ts';
import { keepReaderState } from './readerState.ts';
import { renderLegend } from './renderLegend.ts';
import { makeTreeLines } from './makeTreeLines.ts';

/** The tree as it stands on the page, mended in place: a run of thousands of nodes grows without being drawn anew. */
export interface TreeWidget {
  element: HTMLElement;
  update: () => void;
  /** Marks the chosen node, the one that the Tab key reaches. */
  markSelected: () => void;
}

/** The tree: a level a row, a node a button, the best path in the first column. Lines are drawn behind. */
export function makeTree(app: App): TreeWidget {
  const lines = makeTreeLines();
  const canvas = createElement('div', { class: 'canvas' }, lines.element);
  const key = createElement('div');
  const hint = createElement('p', { class: 'quiet' }, TREE_HINT);
  const label = 'Search tree: arrow keys walk it, Enter goes to the chosen node’s detail, Escape comes back';
  const element = createElement(
    'div',
    { class: 'tree' },
    key,
    createElement('div', { class: 'scroller', role: 'group', 'aria-label': label }, canvas),
    hint,
  );
  const drawn: TreeRow[] = [];
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
        const row = (drawn[depth] ??= createRow(canvas));
        updateRow(
          row,
          nodes.map((n) => updateButton(buttons, app, n)),
          createLevelLabel(app, depth, nodes.length),
        );
      }
      for (const row of drawn.splice(rows.length)) row.element.remove();
    });
    lines.update(app.view.nodes, rows);
    mark();
  };
  const mark = (): void => {
    const node = buttons.get(app.selectedId)?.element;
    for (const old of canvas.querySelectorAll('.node[aria-current]')) if (old !== node) setCurrent(old, false);
    if (node) setCurrent(node, true);
  };
  return { element, update, markSelected: mark };
}

function setCurrent(node: Element, is: boolean): void {
  if (is) node.setAttribute('aria-current', 'true');
  else node.removeAttribute('aria-current');
  node.setAttribute('tabindex', is ? '0' : '-1');
}

function groupByRow({ view }: App): NodeView[][] {
  const rows = view.levels.map((): NodeView[] => []);
  for (const node of view.nodes) rows[node.depth]?.push(node);
  return rows;
}

interface TreeRow {
  element: HTMLElement;
  level: HTMLElement;
  shown: string;
}

function createRow(canvas: HTMLElement): TreeRow {
  const level = createElement('span', { class: 'level' });
  const element = createElement('div', { class: 'row', role: 'group' }, level);
  canvas.append(element);
  return { element, level, shown: '' };
}

/** Buttons are moved only where their order is another one. */
function updateRow(row: TreeRow, buttons: readonly HTMLElement[], { name, tie, label }: LevelLabel): void {
  const { element, level } = row;
  const there = element.children;
  buttons.forEach((button, i) => there[i + 1] !== button && element.insertBefore(button, there[i + 1] ?? null));
  while (there.length > buttons.length + 1) there[buttons.length + 1]?.remove();
  if (row.shown === label) return;
  row.shown = label;
  element.setAttribute('aria-label', label);
  const why = 'Equals on both sides of the cut: their order decided';
  level.replaceChildren(name, ...(tie ? [createElement('span', { class: 'tie', title: why }, 'tie')] : []));
}

interface LevelLabel {
  name: string;
  tie: boolean;
  label: string;
}

function createLevelLabel({ view }: App, depth: number, nodes: number): LevelLabel {
  const tie = view.levels[depth]?.tie !== null;
  const label = `Level ${depth}, ${pluralizeCount(nodes, 'node')}${tie ? ', a tie at the cut' : ''}`;
  return { name: depth === 0 ? 'start' : String(depth), tie, label };
}

interface NodeButton {
  element: HTMLElement;
  shown: string;
}

function updateButton(buttons: Map<string, NodeButton>, { view }: App, node: NodeView): HTMLElement {
  const known = buttons.get(node.id) ?? { element: createButton(node), shown: '' };
  buttons.set(node.id, known);
  const best = node.id === view.best.id;
  const label = describeNode(node, best, view.ranked);
  if (known.shown === label) return known.element;
  known.shown = label;
  known.element.className = [
    'node',
    node.fate,
    node.unchanged && 'same',
    node.onPath && 'path',
    node.missing !== null && 'missing',
    best && 'best',
  ]
    .filter(Boolean)
    .join(' ');
  known.element.setAttribute('aria-label', label);
  return known.element;
}

const createButton = ({ id, missing, reward }: NodeView): HTMLElement =>
  createElement(
    'button',
    { type: 'button', 'data-id': id, tabindex: -1 },
    missing === null ? formatShortScore(reward) : '?',
  );

/** A node in words: what its look says. */
const describeNode = (n: NodeView, best: boolean, ranked: boolean): string =>
  [
    `${formatNodeName(n)}${best ? ', the best' : ''}`,
    n.missing === null ? `reward ${formatScore(n.reward)}` : 'judgement missing',
    n.fate === 'open' ? 'not decided yet' : n.fate === 'pruned' && !ranked ? 'not expanded' : n.fate,
    n.depth === 0 ? 'first prompt' : n.unchanged ? 'same prompt as its parent' : 'new prompt',
    n.onPath ? 'on the best path' : '',
  ]
    .filter(Boolean)
    .join(', ');

const TREE_HINT =
  'The number is the reward, 1 to 5; what is kept is expanded on the next query. Choose a node by click or with the arrow keys; Enter goes to its detail, Escape comes back.';
