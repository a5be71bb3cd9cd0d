import type { FinalOutcome } from '../../state/final.ts';
import type { ProofVerdict } from '../../state/verdict.ts';
import { describeShortening } from '../describeShortening.ts';
import type { App } from './app.ts';
import {
  createElement,
  type ElementChild,
  renderCollapsible,
  renderForeignText,
  renderPlainTable,
  renderScroller,
  renderTextBlock,
} from './dom.ts';
import { formatAdvantage, formatCount, formatScoreDifference, formatVerdict, pluralizeCount } from './format.ts';
import { renderFront } from './renderFront.ts';
import { renderPromptLink } from './renderPromptLink.ts';

/** The comparison that chose the best prompt, and the proof that it is better than the first one. */
export function renderFinalPart(app: App): ElementChild {
  const { final: outcome, verdict } = app.view;
  if (!outcome) return verdict && renderVerdict(verdict);
  const { candidates, queries, proof, winner, difference, challenger, notes, challengerDifference } = outcome;
  return [
    verdict && renderVerdict(verdict),
    createElement(
      'p',
      {},
      `${pluralizeCount(candidates.length, 'prompt')} were compared on ${pluralizeCount(queries.length, 'query', 'queries')} that the search did not use; after each round the better half answered more. Then the winner and the first prompt answered ${pluralizeCount(proof.length, 'more query', 'more queries')}.`,
    ),
    createElement(
      'p',
      { class: 'marks' },
      winner === '0'
        ? 'The first prompt won.'
        : ['Winner: ', renderPromptLink(app, winner), difference && `, ${formatAdvantage(difference)}`, '.'],
    ),
    winner !== challenger &&
      challengerDifference &&
      createElement(
        'p',
        {},
        'The best other prompt: ',
        renderPromptLink(app, challenger),
        `, ${formatAdvantage(challengerDifference)}.`,
      ),
    notes.map((note) => createElement('p', { class: 'warn' }, renderForeignText(note))),
    outcome.shortened && createElement('p', {}, describeShortening(outcome.shortened)),
    renderFront(app, outcome),
    renderDifferences('Aspect', 'final-aspects', outcome.byCriterion),
    renderDifferences('Tag', 'final-tags', outcome.byTag),
    renderCollapsible('final-queries', false, 'Held-out queries', [...queries, ...proof].map(renderTextBlock)),
  ];
}

/** What the proof says, and why it shows no gain. */
const renderVerdict = (verdict: ProofVerdict): ElementChild => [
  createElement('p', { class: 'marks verdict' }, renderForeignText(formatVerdict(verdict))),
  verdict.reasons.map(({ text }) => createElement('p', { class: 'warn' }, renderForeignText(text))),
];

/** The winner's points minus the first prompt's, name by name. A run of before tags has none. */
function renderDifferences(kind: string, id: string, byName: FinalOutcome['byTag'] = {}): ElementChild {
  const rows = Object.entries(byName);
  if (!rows.length) return null;
  const table = renderPlainTable(
    'numbers',
    [kind, 'Difference in points', 'Queries'],
    rows.map(([name, { mean, judged }]) => [renderForeignText(name), formatScoreDifference(mean), formatCount(judged)]),
  );
  const title = `Winner and first prompt by ${kind.toLowerCase()}`;
  return renderCollapsible(id, true, title, renderScroller(title, table));
}
