import type { RunView } from '../runView.ts';
import type { App } from './app.ts';
import { makeChart } from './chart.ts';
import { makeDetail } from './detail.ts';
import { h, section } from './dom.ts';
import { header, links } from './header.ts';
import { PARTS } from './parts.ts';
import { keepInSight, keepPlace } from './place.ts';
import { makeTree } from './tree.ts';

/** The page at work. */
export interface Page {
  app: App;
  /** Where a bar of its own may stand, above the links. */
  bar: HTMLElement;
  /** Shows what `app` has now: only what changed is touched, and the reader keeps his place. */
  update: () => void;
}

/** Draws the page of a run. */
export function makePage(root: HTMLElement, view: RunView): Page {
  const app: App = { view, live: null, selected: view.best.id, select };
  let chosen = false;
  const side = h('aside', { id: 'detail', 'aria-label': 'The chosen node', tabindex: -1 });
  const tree = makeTree(app);
  const detail = makeDetail(app, side, close);
  const chart = makeChart(app);
  const bar = h('div', { class: 'live', hidden: true });
  const nav = h('nav', { 'aria-label': 'Parts of this page' });
  const head = h('header', { id: 'top' });
  const parts = PARTS.map((part) => ({ ...part, element: section(part.id, part.title), body: h('div'), shown: '' }));
  for (const { id, element, body } of parts) element.append(...(id === 'scores' ? [chart.element] : []), body);
  const whole = section('tree', 'Search tree', h('div', { class: 'pair' }, tree.element, side));
  const sections = [head, whole, ...parts.map((p) => p.element)];
  root.replaceChildren(
    h('a', { class: 'skip', href: '#tree' }, 'Skip to the search tree'),
    h('div', { class: 'top' }, bar, nav),
    head,
    h('main', {}, whole, ...parts.map((p) => p.element)),
  );
  let headed = '';
  draw();

  function draw(): void {
    const { nodes, best } = app.view;
    if (!nodes.some((n) => n.id === app.selected) || (!chosen && side.scrollTop === 0 && !isIn(side)))
      app.selected = nodes.length ? best.id : '';
    const shown = header(app.view);
    if (headed !== (headed = shown.shows)) keepPlace(head, () => head.replaceChildren(...shown.make()));
    for (const part of parts) {
      const json = JSON.stringify(part.shows(app)) ?? '';
      if (part.shown === (part.shown = json)) continue;
      part.element.hidden = !part.has(app.view);
      keepPlace(part.body, () => part.body.replaceChildren(h('div', {}, part.make(app))));
    }
    nav.replaceChildren(h('div', {}, links(['tree', ...parts.flatMap((p) => (p.element.hidden ? [] : p.id))])));
    tree.update();
    detail.update();
    chart.update();
  }

  function select(id: string, how?: 'open' | 'go'): void {
    [app.selected, chosen] = [id, true];
    detail.update();
    side.scrollTop = 0;
    tree.mark();
    if (how) side.dataset['open'] = '';
    else delete side.dataset['open'];
    if (how !== 'go') return;
    side.focus({ preventScroll: true });
    document.querySelector('.node[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    side.scrollIntoView({ block: 'nearest' });
  }

  function close(): void {
    delete side.dataset['open'];
    document.querySelector<HTMLElement>('.node[aria-current]')?.focus();
  }

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && isIn(side)) close();
  });
  window.addEventListener('beforeprint', () => root.querySelectorAll('details').forEach((d) => (d.open = true)));
  return { app, bar, update: () => keepInSight(sections, draw) };
}

const isIn = (part: Element): boolean => part.contains(document.activeElement);
