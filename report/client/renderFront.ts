import type { FinalOutcome } from '../../state/final.ts';
import { findFront, listLengths } from '../findFront.ts';
import type { App } from './app.ts';
import { createElement, type ElementChild, renderPlainTable, renderScroller } from './dom.ts';
import { formatCount, formatScore, formatScoreDifference } from './format.ts';
import { renderPromptLink } from './renderPromptLink.ts';
import { renderShareBar } from './renderShareBar.ts';

/** The prompts of the final, the shortest first, with a mark at those than which no other is both as short and as good. */
export function renderFront(app: App, outcome: FinalOutcome): ElementChild {
  const rows = listLengths(outcome);
  const front = findFront(rows);
  const most = Math.max(1, ...rows.map(({ words }) => words));
  return [
    renderScroller(
      'Prompts in the final comparison',
      renderPlainTable(
        'numbers',
        ['Prompt of', 'Words', 'Gain', 'Mean reward', 'Judged queries'],
        rows.map((row) => [
          [renderPromptLink(app, row.id), row.name],
          [renderShareBar(row.words / most), formatCount(row.words)],
          [front.has(row) && '◆ ', row.difference === null ? '?' : formatScoreDifference(row.difference)],
          formatScore(row.mean),
          formatCount(row.judged),
        ]),
      ),
    ),
    createElement(
      'p',
      { class: 'quiet' },
      'Gain: points more than the first prompt, on the queries that both answered. ◆: the front of quality and length; no other prompt here is as short and better, or as good and shorter.',
    ),
  ];
}
