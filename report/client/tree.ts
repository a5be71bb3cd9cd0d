import type { NodeView } from '../runView.ts';
import { brief, counted, h, nameOf, points, svg } from './dom.ts';
import { move } from './keys.ts';
import type { App } from './app.ts';

/** The tree: a level a row, a node a button, the best path in the first column. Lines are drawn behind, in units of a cell. */
export function treeDrawing(app: App): HTMLElement {
  const { levels, nodes } = app.view;
  const rows = levels.map((): NodeView[] => []);
  for (const node of nodes) rows[node.depth]?.push(node);
  const canvas = h(
    'div',
    { class: 'canvas' },
    lines(nodes, rows),
    rows.map((row, depth) => levelRow(app, row, depth)),
  );
  canvas.addEventListener('keydown', (event) => move(app, rows, event));
  canvas.addEventListener('click', (event) => {
    const id = event.target instanceof Element ? event.target.closest('.node')?.getAttribute('data-id') : null;
    if (id) app.select(id, 'open');
  });
  const label = 'Search tree: arrow keys walk it, Enter goes to the chosen node’s detail, Escape comes back';
  return h(
    'div',
    { class: 'tree' },
    legend(app),
    h('div', { class: 'scroller', role: 'group', 'aria-label': label }, canvas),
    hint(),
  );
}

function levelRow(app: App, row: readonly NodeView[], depth: number): HTMLElement {
  const level = app.view.levels[depth];
  const tie = level?.tie
    ? h('span', { class: 'tie', title: 'Equal values on both sides of the cut: their order decided' }, 'tie')
    : null;
  const name = depth === 0 ? 'start' : String(depth);
  const label = `Level ${depth}, ${counted(row.length, 'node')}${tie ? ', a tie at the cut' : ''}`;
  return h(
    'div',
    { class: 'row', role: 'group', 'aria-label': label },
    h('span', { class: 'level' }, name, tie),
    row.map((n) => button(app, n)),
  );
}

function button({ view }: App, node: NodeView): HTMLElement {
  const best = node.id === view.best.id;
  const kinds = [
    'node',
    node.fate,
    node.unchanged && 'same',
    node.onPath && 'path',
    node.missing !== null && 'missing',
    best && 'best',
  ];
  const text = node.missing === null ? brief(node.reward) : '?';
  return h(
    'button',
    {
      type: 'button',
      class: kinds.filter(Boolean).join(' '),
      'data-id': node.id,
      tabindex: -1,
      'aria-label': spoken(node, best),
    },
    text,
  );
}

/** A node in words: what its look says. */
const spoken = (n: NodeView, best: boolean): string =>
  [
    `${nameOf(n)}${best ? ', the best' : ''}`,
    n.missing === null ? `reward ${points(n.reward)}` : 'judgement missing',
    n.fate === 'open' ? 'not decided yet' : n.fate,
    n.depth === 0 ? 'first prompt' : n.unchanged ? 'same prompt as its parent' : 'new prompt',
    n.onPath ? 'on the best path' : '',
  ]
    .filter(Boolean)
    .join(', ');

/** Where a node ends above the foot of its row, and begins below the head of the next, in rows. */
const FOOT = 0.24;

/** One path element a kind of line, so that thousands of nodes stay light. */
function lines(nodes: readonly NodeView[], rows: readonly NodeView[][]): SVGElement {
  const width = Math.max(1, ...rows.map((r) => r.length));
  const columns = new Map(nodes.map((n) => [n.id, n.column]));
  const kinds: Record<string, string[]> = { pruned: [], open: [], kept: [], path: [] };
  for (const n of nodes) {
    const from = n.parent === null ? undefined : columns.get(n.parent);
    if (from === undefined) continue;
    const [start, end] = [from + 0.5, n.column + 0.5];
    const y = n.depth;
    kinds[n.onPath ? 'path' : n.fate]?.push(
      `M${start} ${y - FOOT}C${start} ${y + FOOT} ${end} ${y - FOOT} ${end} ${y + FOOT}`,
    );
  }
  const drawing = svg(
    'svg',
    { class: 'lines', viewBox: `0 0 ${width} ${rows.length}`, 'aria-hidden': true, preserveAspectRatio: 'none' },
    Object.entries(kinds).map(([kind, d]) => svg('path', { class: kind, d: d.join('') })),
  );
  drawing.style.width = `calc(${width} * var(--cell))`;
  drawing.style.height = `calc(${rows.length} * var(--row))`;
  return drawing;
}

/** The chosen node is the one the Tab key reaches. */
export function markSelected({ selected }: App): void {
  for (const old of document.querySelectorAll('.node[aria-current]')) {
    old.removeAttribute('aria-current');
    old.setAttribute('tabindex', '-1');
  }
  const node = document.querySelector(`.node[data-id="${CSS.escape(selected)}"]`);
  node?.setAttribute('aria-current', 'true');
  node?.setAttribute('tabindex', '0');
}

const LEGEND: [string, string, string][] = [
  ['path kept', '4.6', 'best path'],
  ['kept', '4.2', 'kept'],
  ['pruned', '3.8', 'pruned'],
  ['kept same', '5', 'same prompt as its parent'],
  ['pruned missing', '?', 'no judgement'],
];

const OPEN: [string, string, string] = ['open', '3.9', 'not decided yet'];

const legend = ({ view }: App): HTMLElement =>
  h(
    'ul',
    { class: 'legend', 'aria-label': 'Legend' },
    [...LEGEND, ...(view.state === 'running' ? [OPEN] : [])].map(([kind, text, meaning]) =>
      h('li', {}, h('span', { class: `node ${kind}`, 'aria-hidden': true }, text), meaning),
    ),
  );

const hint = (): HTMLElement =>
  h(
    'p',
    { class: 'quiet' },
    'The number is the reward, 1 to 5; what is kept is expanded on the next query. Choose a node by click or with the arrow keys; Enter goes to its detail, Escape comes back.',
  );
