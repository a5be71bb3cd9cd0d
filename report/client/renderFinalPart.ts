import type { FinalOutcome } from '../../state/final.ts';
import type { App } from './app.ts';
import {
  renderTextBlock,
  formatCount,
  pluralizeCount,
  renderCollapsible,
  createElement,
  formatNodeName,
  formatScore,
  renderForeignText,
  renderScroller,
  formatScoreDifference,
  type ElementChild,
} from './dom.ts';

/** The comparison that chose the prompt, and the proof that it is better than the first. */
export function renderFinalPart(app: App): ElementChild {
  const outcome = app.view.final;
  if (!outcome) return null;
  const { candidates, queries, proof, winner, difference, challenger, notes, challengerDifference: lost } = outcome;
  return [
    createElement(
      'p',
      {},
      `${pluralizeCount(candidates.length, 'prompt')} answered ${pluralizeCount(queries.length, 'query', 'queries')} that the search had not seen; the winner was then compared with the first prompt on ${pluralizeCount(proof.length, 'fresh one')}.`,
    ),
    createElement(
      'p',
      { class: 'marks' },
      winner === '0'
        ? 'The first prompt won.'
        : [
            'Winner: ',
            renderPromptLink(app, winner),
            difference && `, ${formatDifferenceInterval(difference)} over the first prompt`,
            '.',
          ],
    ),
    winner !== challenger &&
      lost &&
      createElement(
        'p',
        {},
        'The best challenger, ',
        renderPromptLink(app, challenger),
        `: ${formatDifferenceInterval(lost)}.`,
      ),
    notes.map((note) => createElement('p', { class: 'warn' }, renderForeignText(note))),
    renderScroller('Prompts in the final', renderCandidateTable(app, outcome)),
    renderAspectDifferences(outcome),
    renderCollapsible('final-queries', false, 'The held-out queries', [...queries, ...proof].map(renderTextBlock)),
  ];
}

const formatDifferenceInterval = (d: NonNullable<FinalOutcome['difference']>): string =>
  `${formatScoreDifference(d.mean)} points (95\u00a0% interval ${formatScoreDifference(d.low)} to ${formatScoreDifference(d.high)})`;

/** A prompt of the final by the name of its node, where the tree has it. */
function renderPromptLink(app: App, id: string): HTMLElement {
  const node = app.view.nodes.find((n) => n.id === id);
  if (!node) return renderForeignText(id);
  return createElement(
    'button',
    { type: 'button', class: 'link', click: () => app.select(id, 'go') },
    formatNodeName(node),
  );
}

const renderCandidateTable = (app: App, { candidates, winner }: FinalOutcome): HTMLElement =>
  createElement(
    'table',
    { class: 'plain numbers' },
    createElement(
      'thead',
      {},
      createElement(
        'tr',
        {},
        ['Prompt of', 'Mean reward', 'Queries judged', ''].map((t) => createElement('th', { scope: 'col' }, t)),
      ),
    ),
    createElement(
      'tbody',
      {},
      candidates.map((c) =>
        createElement(
          'tr',
          {},
          createElement('th', { scope: 'row' }, renderPromptLink(app, c.id)),
          createElement('td', {}, formatScore(c.mean)),
          createElement('td', {}, formatCount(c.judged)),
          createElement('td', { class: 'won' }, c.id === winner ? 'winner' : c.id === '0' ? 'first prompt' : ''),
        ),
      ),
    ),
  );

/** The winner's scores minus the first prompt's, aspect by aspect. */
function renderAspectDifferences(outcome: FinalOutcome): ElementChild {
  const rows = Object.entries(outcome.byAspect);
  if (!rows.length) return null;
  const head = ['Aspect', 'Over the first prompt', 'Queries'].map((t) => createElement('th', { scope: 'col' }, t));
  const body = rows.map(([aspect, { mean, judged }]) =>
    createElement(
      'tr',
      {},
      createElement('th', { scope: 'row' }, renderForeignText(aspect)),
      createElement('td', {}, formatScoreDifference(mean)),
      createElement('td', {}, formatCount(judged)),
    ),
  );
  const made = createElement(
    'table',
    { class: 'plain numbers' },
    createElement('thead', {}, createElement('tr', {}, head)),
    createElement('tbody', {}, body),
  );
  return renderCollapsible('final-aspects', true, 'The winner by aspect', renderScroller('The winner by aspect', made));
}
