import type { FinalOutcome } from '../../state/final.ts';
import type { App } from './app.ts';
import { block, count, counted, fold, h, nameOf, points, said, scroller, signed, type Child } from './dom.ts';

/** The comparison that chose the prompt, and the proof that it is better than the first. */
export function final(app: App): Child {
  const outcome = app.view.final;
  if (!outcome) return null;
  const { candidates, queries, proof, winner, difference, challenger, notes, challengerDifference: lost } = outcome;
  return [
    h(
      'p',
      {},
      `${counted(candidates.length, 'prompt')} answered ${counted(queries.length, 'query', 'queries')} that the search had not seen; the winner was then compared with the first prompt on ${counted(proof.length, 'fresh one')}.`,
    ),
    h(
      'p',
      { class: 'marks' },
      winner === '0'
        ? 'The first prompt won.'
        : ['Winner: ', link(app, winner), difference && `, ${interval(difference)} over the first prompt`, '.'],
    ),
    winner !== challenger && lost && h('p', {}, 'The best challenger, ', link(app, challenger), `: ${interval(lost)}.`),
    notes.map((note) => h('p', { class: 'warn' }, said(note))),
    scroller('Prompts in the final', table(app, outcome)),
    byAspect(outcome),
    fold('final-queries', false, 'The held-out queries', [...queries, ...proof].map(block)),
  ];
}

const interval = (d: NonNullable<FinalOutcome['difference']>): string =>
  `${signed(d.mean)} points (95\u00a0% interval ${signed(d.low)} to ${signed(d.high)})`;

/** A prompt of the final by the name of its node, where the tree has it. */
function link(app: App, id: string): HTMLElement {
  const node = app.view.nodes.find((n) => n.id === id);
  if (!node) return said(id);
  return h('button', { type: 'button', class: 'link', click: () => app.select(id, 'go') }, nameOf(node));
}

const table = (app: App, { candidates, winner }: FinalOutcome): HTMLElement =>
  h(
    'table',
    { class: 'plain numbers' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ['Prompt of', 'Mean reward', 'Queries judged', ''].map((t) => h('th', { scope: 'col' }, t)),
      ),
    ),
    h(
      'tbody',
      {},
      candidates.map((c) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, link(app, c.id)),
          h('td', {}, points(c.mean)),
          h('td', {}, count(c.judged)),
          h('td', { class: 'won' }, c.id === winner ? 'winner' : c.id === '0' ? 'first prompt' : ''),
        ),
      ),
    ),
  );

/** The winner's scores minus the first prompt's, aspect by aspect. */
function byAspect(outcome: FinalOutcome): Child {
  const rows = Object.entries(outcome.byAspect);
  if (!rows.length) return null;
  const head = ['Aspect', 'Over the first prompt', 'Queries'].map((t) => h('th', { scope: 'col' }, t));
  const body = rows.map(([aspect, { mean, judged }]) =>
    h('tr', {}, h('th', { scope: 'row' }, said(aspect)), h('td', {}, signed(mean)), h('td', {}, count(judged))),
  );
  const made = h('table', { class: 'plain numbers' }, h('thead', {}, h('tr', {}, head)), h('tbody', {}, body));
  return fold('final-aspects', true, 'The winner by aspect', scroller('The winner by aspect', made));
}
