import type { FinalOutcome } from '../../state/final.ts';
import type { ProofVerdict } from '../../state/verdict.ts';
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
import {
  formatAdvantage,
  formatCount,
  formatNodeName,
  formatScore,
  formatScoreDifference,
  formatVerdict,
  pluralizeCount,
} from './format.ts';

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
    renderScroller('Prompts in the final comparison', renderCandidateTable(app, outcome)),
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

/** A prompt of the final comparison by the name of its node, if the tree has it. */
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
  renderPlainTable(
    'numbers',
    ['Prompt of', 'Mean reward', 'Judged queries'],
    candidates.map(({ id, mean, judged }) => [
      [renderPromptLink(app, id), id === winner && ' (winner)'],
      formatScore(mean),
      formatCount(judged),
    ]),
  );

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
