import type { AspectView } from '../runView.ts';
import { brief, count, h, points, said, scroller } from './dom.ts';
import type { App } from './app.ts';

/** Mean scores, an aspect a row and a level a column: a table one can read, tinted so that one can see. */
export function aspectTable(app: App): HTMLElement {
  const { aspects, levels } = app.view;
  if (!aspects.length) return h('p', {}, 'Nothing was judged yet.');
  const note = h(
    'p',
    { class: 'quiet' },
    'Mean score of a level’s nodes by aspect; empty where the level’s query did not call for the aspect. A level’s number leads to its node on the best path.',
  );
  const head = h(
    'tr',
    {},
    h('th', { scope: 'col' }, 'Aspect'),
    h('th', { scope: 'col' }, 'Mean'),
    h('th', { scope: 'col' }, 'Times'),
    levels.map(({ depth }) => levelHead(app, depth)),
  );
  const table = h(
    'table',
    { class: 'heat' },
    h('caption', { class: 'hidden' }, 'Mean score by aspect and level'),
    h('thead', {}, head),
    h('tbody', {}, aspects.map(row)),
  );
  return h('div', {}, h('h3', {}, 'By aspect'), note, scroller('Mean score by aspect and level', table));
}

function levelHead(app: App, depth: number): HTMLElement {
  const id = app.view.path[depth] ?? app.view.nodes.find((n) => n.depth === depth)?.id ?? '';
  const label = `Level ${depth}: to its node`;
  return h(
    'th',
    { scope: 'col' },
    h(
      'button',
      { type: 'button', class: 'link', 'aria-label': label, click: () => app.select(id, 'go') },
      String(depth),
    ),
  );
}

const row = ({ name, judged, mean, all }: AspectView): HTMLElement =>
  h(
    'tr',
    {},
    h('th', { scope: 'row', title: name }, said(name)),
    h('td', { class: tint(mean) }, points(mean)),
    h('td', {}, count(judged)),
    all.map(cell),
  );

const cell = (score: number | null): HTMLElement => h('td', { class: tint(score) }, score === null ? '' : brief(score));

/** Five steps, each of its own lightness too. */
const tint = (score: number | null): string =>
  score === null ? 'none' : `s${Math.min(5, Math.max(1, Math.floor(score + 0.25)))}`;
