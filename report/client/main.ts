import type { RunView } from '../runView.ts';
import { accounts, settings } from './accounts.ts';
import type { App } from './app.ts';
import { rewardChart } from './chart.ts';
import { detail } from './detail.ts';
import { h, section } from './dom.ts';
import { final } from './final.ts';
import { growth } from './growth.ts';
import { header, parts } from './header.ts';
import { judge } from './judge.ts';
import { aspectTable } from './scores.ts';
import { markSelected, treeDrawing } from './tree.ts';

declare global {
  interface Window {
    drpo: { update: (view: RunView) => void };
  }
}

const root = document.getElementById('page') ?? document.body;
const app: App = { view: read(), selected: '', select };

function read(): RunView {
  const view: RunView = JSON.parse(document.getElementById('run')?.textContent ?? '');
  return view;
}

function draw(): void {
  const { view } = app;
  if (!view.nodes.some((n) => n.id === app.selected)) app.selected = view.nodes.length ? view.best.id : '';
  const side = h('aside', { id: 'detail', 'aria-label': 'The chosen node', tabindex: -1 });
  root.replaceChildren(
    h('a', { class: 'skip', href: '#tree' }, 'Skip to the search tree'),
    parts(view),
    header(view),
    h(
      'main',
      {},
      section('tree', 'Search tree', h('div', { class: 'pair' }, treeDrawing(app), side)),
      section('growth', 'How the prompt grew', growth(app)),
      section('scores', 'Scores by aspect and level', rewardChart(app), aspectTable(app)),
      section('judge', 'Where the judge could not decide', judge(app)),
      view.final && section('final', 'Final on held-out queries', final(view.final)),
      section('calls', 'Calls, tokens and money', accounts(view)),
      section('config', 'Config', settings(view.config)),
    ),
  );
  show(false);
}

function show(open: boolean): void {
  const side = document.getElementById('detail');
  if (!side) return;
  side.replaceChildren(...detail(app, () => close(side)));
  side.scrollTop = 0;
  if (open) side.dataset['open'] = '';
  markSelected(app);
}

function close(side: HTMLElement): void {
  delete side.dataset['open'];
  document.querySelector<HTMLElement>('.node[aria-current]')?.focus();
}

function select(id: string, how?: 'open' | 'go'): void {
  app.selected = id;
  show(how !== undefined);
  if (how !== 'go') return;
  const side = document.getElementById('detail');
  side?.focus({ preventScroll: true });
  document.querySelector('.node[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  side?.scrollIntoView({ block: 'nearest' });
}

/** Draws a newer view of the run: what was chosen, opened and focused stays so. */
function update(view: RunView): void {
  const folds = new Map(
    [...root.querySelectorAll<HTMLDetailsElement>('details[data-key]')].map((d) => [d.dataset['key'], d.open]),
  );
  const focused = document.activeElement?.getAttribute('data-id');
  const top = window.scrollY;
  app.view = view;
  draw();
  for (const d of root.querySelectorAll<HTMLDetailsElement>('details[data-key]'))
    d.open = folds.get(d.dataset['key']) ?? d.open;
  if (focused)
    document.querySelector<HTMLElement>(`.node[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  window.scrollTo({ top });
}

window.drpo = { update };
draw();
document.addEventListener('keydown', (event) => {
  const side = document.getElementById('detail');
  if (event.key === 'Escape' && side?.contains(document.activeElement)) close(side);
});
window.addEventListener('beforeprint', () => root.querySelectorAll('details').forEach((d) => (d.open = true)));
