import type { ScoreView } from '../runView.ts';
import { createElement, renderForeignText } from './dom.ts';

/** Points with their reasons, aspect by aspect. `unscored`: aspects that the judge left out. */
export function renderScores(scores: readonly ScoreView[], unscored: readonly string[] = []): HTMLElement {
  if (!scores.length) return createElement('p', { class: 'quiet' }, 'None.');
  return createElement(
    'dl',
    { class: 'scores' },
    scores.map(({ aspect, score, rationale }) =>
      createElement(
        'div',
        {},
        createElement('dt', {}, renderForeignText(aspect), ' ', renderScoreMeter(score)),
        rationale === ''
          ? createElement('dd', { class: 'quiet' }, 'No remark was written.')
          : createElement('dd', { dir: 'auto' }, rationale),
      ),
    ),
    unscored.map((aspect) =>
      createElement(
        'div',
        {},
        createElement('dt', {}, renderForeignText(aspect)),
        createElement('dd', { class: 'quiet' }, 'The judge gave no score.'),
      ),
    ),
  );
}

const renderScoreMeter = (score: number): HTMLElement =>
  createElement(
    'span',
    { class: 'meter' },
    createElement(
      'span',
      { 'aria-hidden': true },
      '●'.repeat(Math.round(score)) + '○'.repeat(Math.max(0, 5 - Math.round(score))),
    ),
    ` ${Math.round(score * 100) / 100} of 5`,
  );
