import type { AspectView } from '../runView.ts';
import { createElement, renderForeignText, renderScroller } from './dom.ts';
import { formatCount, formatScore, formatShortScore } from './format.ts';
import type { App } from './app.ts';

/** The mean scores as a tinted table: a row per aspect, a column per level. */
export function renderScoresPart(app: App): HTMLElement {
  const { aspects, levels } = app.view;
  if (!aspects.length) return createElement('p', {}, 'No candidate is judged yet.');
  const note = createElement(
    'p',
    { class: 'quiet' },
    'Each cell is the mean score of a level’s nodes. A cell is empty if the aspect was not selected for the level’s query. The number of a level links to its node on the best path.',
  );
  const head = createElement(
    'tr',
    {},
    createElement('th', { scope: 'col' }, 'Aspect'),
    createElement('th', { scope: 'col' }, 'Mean'),
    createElement('th', { scope: 'col' }, 'Scores'),
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
  const label = `Level ${depth}: show its node`;
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

/** The class of one of five tints, which also differ in lightness. */
const toTintClass = (score: number | null): string =>
  score === null ? 'none' : `s${Math.min(5, Math.max(1, Math.floor(score + 0.25)))}`;
