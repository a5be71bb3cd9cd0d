import type { ScoreView } from '../runView.ts';
import { createElement, type ElementChild, renderForeignText } from './dom.ts';

/** How scores are shown. */
interface ScoreOptions {
  /** Aspects that the judge left out. */
  unscored?: readonly string[];
  /** Whether the judge explains its scores only before a prompt is rewritten. */
  areRemarksLate: boolean;
}

/** Points with their reasons, aspect by aspect. */
export function renderScores(
  scores: readonly ScoreView[],
  { unscored = [], areRemarksLate }: ScoreOptions,
): ElementChild {
  if (!scores.length) return createElement('p', { class: 'quiet' }, 'None.');
  const isNoted = areRemarksLate && scores.some(({ rationale }) => rationale === '');
  const note = 'The judge explains its scores only before a prompt is rewritten (judge.remarks).';
  const list = createElement(
    'dl',
    { class: 'scores' },
    scores.map(({ aspect, score, rationale }) =>
      createElement(
        'div',
        {},
        createElement('dt', {}, renderForeignText(aspect), ' ', renderScoreMeter(score)),
        rationale === ''
          ? createElement('dd', { class: 'quiet' }, `No remark was ${areRemarksLate ? 'asked for' : 'written'}.`)
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
  return isNoted ? [createElement('p', { class: 'quiet' }, note), list] : list;
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
