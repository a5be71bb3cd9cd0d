import type { AspectView } from '../runView.ts';
import { formatShortScore, formatCount, createElement, formatScore, renderForeignText, renderScroller } from './dom.ts';
import type { App } from './app.ts';

/** Mean scores, an aspect a row and a level a column: a table one can read, tinted so that one can see. */
export function renderScoresPart(app: App): HTMLElement {
  const { aspects, levels } = app.view;
  if (!aspects.length) return createElement('p', {}, 'Nothing was judged yet.');
  const note = createElement(
    'p',
    { class: 'quiet' },
    'Mean score of a level’s nodes by aspect; empty where the level’s query did not call for the aspect. A level’s number leads to its node on the best path.',
  );
  const head = createElement(
    'tr',
    {},
    createElement('th', { scope: 'col' }, 'Aspect'),
    createElement('th', { scope: 'col' }, 'Mean'),
    createElement('th', { scope: 'col' }, 'Times'),
    levels.map(({ depth }) => renderLevelHead(app, depth)),
  );
  const table = createElement(
    'table',
    { class: 'heat' },
    createElement('caption', { class: 'hidden' }, 'Mean score by aspect and level'),
    createElement('thead', {}, head),
    createElement('tbody', {}, aspects.map(renderAspectRow)),
  );
  return createElement(
    'div',
    {},
    createElement('h3', {}, 'By aspect'),
    note,
    renderScroller('Mean score by aspect and level', table),
  );
}

function renderLevelHead(app: App, depth: number): HTMLElement {
  const id = app.view.path[depth] ?? app.view.nodes.find((n) => n.depth === depth)?.id ?? '';
  const label = `Level ${depth}: to its node`;
  return createElement(
    'th',
    { scope: 'col' },
    createElement(
      'button',
      { type: 'button', class: 'link', 'aria-label': label, click: () => app.select(id, 'go') },
      String(depth),
    ),
  );
}

const renderAspectRow = ({ name, judged, mean, all }: AspectView): HTMLElement =>
  createElement(
    'tr',
    {},
    createElement('th', { scope: 'row', title: name }, renderForeignText(name)),
    createElement('td', { class: toTintClass(mean) }, formatScore(mean)),
    createElement('td', {}, formatCount(judged)),
    all.map(renderScoreCell),
  );

const renderScoreCell = (score: number | null): HTMLElement =>
  createElement('td', { class: toTintClass(score) }, score === null ? '' : formatShortScore(score));

/** Five steps, each of its own lightness too. */
const toTintClass = (score: number | null): string =>
  score === null ? 'none' : `s${Math.min(5, Math.max(1, Math.floor(score + 0.25)))}`;
