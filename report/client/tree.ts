import type { NodeView } from '../runView.ts';
import { brief, counted, h, nameOf, points } from './dom.ts';
import { move } from './keys.ts';
import type { App } from './app.ts';
import { keepPlace } from './place.ts';
import { legend } from './legend.ts';
import { makeLines } from './treeLines.ts';

/** The tree as it stands on the page, mended in place: a run of thousands of nodes grows without being drawn anew. */
export interface Tree {
  element: HTMLElement;
  update: () => void;
  /** Marks the chosen node, the one that the Tab key reaches. */
  mark: () => void;
}

/** The tree: a level a row, a node a button, the best path in the first column. Lines are drawn behind. */
export function makeTree(app: App): Tree {
  const lines = makeLines();
  const canvas = h('div', { class: 'canvas' }, lines.element);
  const key = h('div');
  const hint = h('p', { class: 'quiet' }, HINT);
  const label = 'Search tree: arrow keys walk it, Enter goes to the chosen node’s detail, Escape comes back';
  const element = h(
    'div',
    { class: 'tree' },
    key,
    h('div', { class: 'scroller', role: 'group', 'aria-label': label }, canvas),
    hint,
  );
  const drawn: Row[] = [];
  const buttons = new Map<string, Button>();
  canvas.addEventListener('keydown', (event) => move(app, rowsOf(app), event));
  canvas.addEventListener('click', (event) => {
    const id = event.target instanceof Element ? event.target.closest('.node')?.getAttribute('data-id') : null;
    if (id) app.select(id, 'open');
  });
  const update = (): void => {
    const rows = rowsOf(app);
    key.hidden = hint.hidden = rows.length === 0;
    key.replaceChildren(legend(app.view));
    keepPlace(canvas, () => {
      for (const [depth, nodes] of rows.entries()) {
        const row = (drawn[depth] ??= newRow(canvas));
        mendRow(
          row,
          nodes.map((n) => mendButton(buttons, app, n)),
          levelOf(app, depth, nodes.length),
        );
      }
      for (const row of drawn.splice(rows.length)) row.element.remove();
    });
    lines.update(app.view.nodes, rows);
    mark();
  };
  const mark = (): void => {
    const node = buttons.get(app.selected)?.element;
    for (const old of canvas.querySelectorAll('.node[aria-current]')) if (old !== node) choose(old, false);
    if (node) choose(node, true);
  };
  return { element, update, mark };
}

function choose(node: Element, is: boolean): void {
  if (is) node.setAttribute('aria-current', 'true');
  else node.removeAttribute('aria-current');
  node.setAttribute('tabindex', is ? '0' : '-1');
}

function rowsOf({ view }: App): NodeView[][] {
  const rows = view.levels.map((): NodeView[] => []);
  for (const node of view.nodes) rows[node.depth]?.push(node);
  return rows;
}

interface Row {
  element: HTMLElement;
  level: HTMLElement;
  shown: string;
}

function newRow(canvas: HTMLElement): Row {
  const level = h('span', { class: 'level' });
  const element = h('div', { class: 'row', role: 'group' }, level);
  canvas.append(element);
  return { element, level, shown: '' };
}

/** Buttons are moved only where their order is another one. */
function mendRow(row: Row, buttons: readonly HTMLElement[], { name, tie, label }: Level): void {
  const { element, level } = row;
  const there = element.children;
  buttons.forEach((button, i) => there[i + 1] !== button && element.insertBefore(button, there[i + 1] ?? null));
  while (there.length > buttons.length + 1) there[buttons.length + 1]?.remove();
  if (row.shown === label) return;
  row.shown = label;
  element.setAttribute('aria-label', label);
  const why = 'Equals on both sides of the cut: their order decided';
  level.replaceChildren(name, ...(tie ? [h('span', { class: 'tie', title: why }, 'tie')] : []));
}

interface Level {
  name: string;
  tie: boolean;
  label: string;
}

function levelOf({ view }: App, depth: number, nodes: number): Level {
  const tie = view.levels[depth]?.tie !== null;
  const label = `Level ${depth}, ${counted(nodes, 'node')}${tie ? ', a tie at the cut' : ''}`;
  return { name: depth === 0 ? 'start' : String(depth), tie, label };
}

interface Button {
  element: HTMLElement;
  shown: string;
}

function mendButton(buttons: Map<string, Button>, { view }: App, node: NodeView): HTMLElement {
  const known = buttons.get(node.id) ?? { element: newButton(node), shown: '' };
  buttons.set(node.id, known);
  const best = node.id === view.best.id;
  const label = spoken(node, best, view.ranked);
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

const newButton = ({ id, missing, reward }: NodeView): HTMLElement =>
  h('button', { type: 'button', 'data-id': id, tabindex: -1 }, missing === null ? brief(reward) : '?');

/** A node in words: what its look says. */
const spoken = (n: NodeView, best: boolean, ranked: boolean): string =>
  [
    `${nameOf(n)}${best ? ', the best' : ''}`,
    n.missing === null ? `reward ${points(n.reward)}` : 'judgement missing',
    n.fate === 'open' ? 'not decided yet' : n.fate === 'pruned' && !ranked ? 'not expanded' : n.fate,
    n.depth === 0 ? 'first prompt' : n.unchanged ? 'same prompt as its parent' : 'new prompt',
    n.onPath ? 'on the best path' : '',
  ]
    .filter(Boolean)
    .join(', ');

const HINT =
  'The number is the reward, 1 to 5; what is kept is expanded on the next query. Choose a node by click or with the arrow keys; Enter goes to its detail, Escape comes back.';
