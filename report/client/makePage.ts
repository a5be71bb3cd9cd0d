import type { RunView } from '../runView.ts';
import type { App } from './app.ts';
import { makeRewardChart } from './makeRewardChart.ts';
import { makeNodeDetail } from './makeNodeDetail.ts';
import { createElement, renderPageSection } from './dom.ts';
import { makeHeader, renderPartLinks } from './header.ts';
import { ANSWERS_PART, PAGE_PARTS, type PagePart } from './pageParts.ts';
import { keepScrollPosition, keepReaderState } from './readerState.ts';
import { makeTree } from './makeTree.ts';

/** A page that can be updated. */
export interface Page {
  app: App;
  /** The place for a status bar, above the links. */
  bar: HTMLElement;
  /** Shows the present content of `app`. Only what changed is drawn again, and the scroll position stays. */
  update: () => void;
}

/** Draws the page of a run. */
export function makePage(root: HTMLElement, view: RunView): Page {
  const app: App = { view, live: null, selectedId: view.best.id, select };
  let hasSelected = false;
  const side = createElement('aside', { id: 'detail', 'aria-label': 'Selected node', tabindex: -1 });
  const tree = makeTree(app);
  const detail = makeNodeDetail(app, side, close);
  const chart = makeRewardChart(app);
  const bar = createElement('div', { class: 'live', hidden: true });
  const nav = createElement('nav', { 'aria-label': 'Parts of this page' });
  const head = createElement('header', { id: 'top' });
  const makePart = (part: PagePart) => ({
    ...part,
    element: renderPageSection(part.id, part.title),
    body: createElement('div'),
    content: '',
  });
  const answers = makePart(ANSWERS_PART);
  const below = PAGE_PARTS.map(makePart);
  const parts = [answers, ...below];
  for (const { id, element, body } of parts) element.append(...(id === 'scores' ? [chart.element] : []), body);
  const treeSection = renderPageSection(
    'tree',
    'Search tree',
    createElement('div', { class: 'pair' }, tree.element, side),
  );
  const sections = [answers.element, treeSection, ...below.map((part) => part.element)];
  root.replaceChildren(
    createElement('a', { class: 'skip', href: '#tree' }, 'Skip to the search tree'),
    createElement('div', { class: 'top' }, bar, nav),
    head,
    createElement('main', {}, sections),
  );
  let headContent = '';
  draw();

  function draw(): void {
    const { nodes, best } = app.view;
    if (!nodes.some((n) => n.id === app.selectedId) || (!hasSelected && side.scrollTop === 0 && !hasFocus(side)))
      app.selectedId = nodes.length ? best.id : '';
    const header = makeHeader(app.view);
    if (headContent !== (headContent = header.content))
      keepReaderState(head, () => head.replaceChildren(...header.render()));
    for (const part of parts) {
      const content = JSON.stringify(part.getContent(app)) ?? '';
      if (part.content === (part.content = content)) continue;
      part.element.hidden = !part.hasContent(app.view);
      keepReaderState(part.body, () => part.body.replaceChildren(createElement('div', {}, part.render(app))));
    }
    nav.replaceChildren(
      createElement('div', {}, renderPartLinks(sections.flatMap((section) => (section.hidden ? [] : section.id)))),
    );
    tree.update();
    detail.update();
    chart.update();
  }

  function select(id: string, how?: 'open' | 'go'): void {
    [app.selectedId, hasSelected] = [id, true];
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
  return { app, bar, update: () => keepScrollPosition([head, ...sections], draw) };
}

const hasFocus = (part: Element): boolean => part.contains(document.activeElement);
