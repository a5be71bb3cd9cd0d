import type { FinalOutcome } from '../../state/final.ts';
import { block, count, counted, fold, h, points, said, scroller, type Child } from './dom.ts';

/** The comparison that chose the prompt, and the proof that it is better than the first. */
export function final({
  candidates,
  queries,
  proof,
  winner,
  difference,
  challenger,
  notes,
  ...rest
}: FinalOutcome): Child {
  const signed = (x: number): string => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(2)}`;
  const interval = (d: NonNullable<FinalOutcome['difference']>): string =>
    `${signed(d.mean)} points (95 % interval ${signed(d.low)} to ${signed(d.high)})`;
  const lost = winner !== challenger && rest.challengerDifference;
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
        : ['Winner: node ', said(winner), difference && `, ${interval(difference)} over the first prompt`],
    ),
    lost && h('p', {}, `The best challenger, node ${challenger}: ${interval(lost)}.`),
    notes.map((note) => h('p', { class: 'warn' }, said(note))),
    scroller(
      'Prompts in the final',
      h(
        'table',
        { class: 'plain numbers' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ['Node', 'Mean reward', 'Queries judged', ''].map((t) => h('th', { scope: 'col' }, t)),
          ),
        ),
        h(
          'tbody',
          {},
          candidates.map((c) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, said(c.id)),
              h('td', {}, points(c.mean)),
              h('td', {}, count(c.judged)),
              h('td', {}, c.id === winner ? 'winner' : ''),
            ),
          ),
        ),
      ),
    ),
    fold('final-queries', false, 'The held-out queries', [...queries, ...proof].map(block)),
  ];
}
