import type { RunView } from '../runView.ts';
import type { App } from './app.ts';
import { makeRewardChart } from './makeRewardChart.ts';
import { makeNodeDetail } from './makeNodeDetail.ts';
import { createElement, renderPageSection } from './dom.ts';
import { makeHeader, renderPartLinks } from './header.ts';
import { PAGE_PARTS } from './pageParts.ts';
import { keepScrollPosition, keepReaderState } from './readerState.ts';
import { makeTree } from './makeTree.ts';

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
  const app: App = { view, live: null, selectedId: view.best.id, select };
  let chosen = false;
  const side = createElement('aside', { id: 'detail', 'aria-label': 'The chosen node', tabindex: -1 });
  const tree = makeTree(app);
  const detail = makeNodeDetail(app, side, close);
  const chart = makeRewardChart(app);
  const bar = createElement('div', { class: 'live', hidden: true });
  const nav = createElement('nav', { 'aria-label': 'Parts of this page' });
  const head = createElement('header', { id: 'top' });
  const parts = PAGE_PARTS.map((part) => ({
    ...part,
    element: renderPageSection(part.id, part.title),
    body: createElement('div'),
    shown: '',
  }));
  for (const { id, element, body } of parts) element.append(...(id === 'scores' ? [chart.element] : []), body);
  const whole = renderPageSection('tree', 'Search tree', createElement('div', { class: 'pair' }, tree.element, side));
  const sections = [head, whole, ...parts.map((p) => p.element)];
  root.replaceChildren(
    createElement('a', { class: 'skip', href: '#tree' }, 'Skip to the search tree'),
    createElement('div', { class: 'top' }, bar, nav),
    head,
    createElement('main', {}, whole, ...parts.map((p) => p.element)),
  );
  let headed = '';
  draw();

  function draw(): void {
    const { nodes, best } = app.view;
    if (!nodes.some((n) => n.id === app.selectedId) || (!chosen && side.scrollTop === 0 && !hasFocus(side)))
      app.selectedId = nodes.length ? best.id : '';
    const shown = makeHeader(app.view);
    if (headed !== (headed = shown.shows)) keepReaderState(head, () => head.replaceChildren(...shown.make()));
    for (const part of parts) {
      const json = JSON.stringify(part.getContent(app)) ?? '';
      if (part.shown === (part.shown = json)) continue;
      part.element.hidden = !part.hasContent(app.view);
      keepReaderState(part.body, () => part.body.replaceChildren(createElement('div', {}, part.render(app))));
    }
    nav.replaceChildren(
      createElement('div', {}, renderPartLinks(['tree', ...parts.flatMap((p) => (p.element.hidden ? [] : p.id))])),
    );
    tree.update();
    detail.update();
    chart.update();
  }

  function select(id: string, how?: 'open' | 'go'): void {
    [app.selectedId, chosen] = [id, true];
    detail.update();
    side.scrollTop = 0;
    tree.markSelected();
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
    if (event.key === 'Escape' && hasFocus(side)) close();
  });
  window.addEventListener('beforeprint', () => root.querySelectorAll('details').forEach((d) => (d.open = true)));
  return { app, bar, update: () => keepScrollPosition(sections, draw) };
}

const hasFocus = (part: Element): boolean => part.contains(document.activeElement);
