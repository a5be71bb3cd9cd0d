import type { FaultView, RoleView, RunView, SpeculationView } from '../runView.ts';
import { count, counted, dollars, duration, h, said, scroller, type Child } from './dom.ts';

/** What each role was asked, what it took, and what went wrong. */
export function accounts({ roles, faults, usd, state, speculation }: RunView): Child {
  if (!roles.length)
    return h('p', {}, state === 'running' ? 'Nothing was asked yet.' : 'No record of calls, tokens or money.');
  const unpriced = roles.some((r) => r.usd === null && r.role !== 'embeddings');
  return [
    scroller('Calls, tokens and money by role', roleTable(roles, usd)),
    unpriced &&
      h('p', { class: 'quiet' }, 'Roles whose model has no price in the config are not counted in US dollars.'),
    speculation && ahead(speculation),
    h('h3', {}, 'Faults'),
    faults.length
      ? scroller('Faults by kind', faultTable(faults))
      : h('p', {}, 'None: no call was retried or given up, no answer was unusable.'),
  ];
}

const ahead = ({ begun, needed, wasted, seconds }: SpeculationView): Child => [
  h('h3', {}, 'Asked ahead'),
  h(
    'p',
    {},
    `The children of ${counted(begun, 'candidate')} were begun before their level was ranked, and ${count(needed)} of them were needed. ${counted(wasted, 'call')} came to no use; about ${duration(seconds)} gained.`,
  ),
];

function roleTable(roles: readonly RoleView[], usd: number | null): HTMLElement {
  const most = Math.max(...roles.map((r) => r.calls));
  const total = (key: 'calls' | 'retries' | 'failed' | 'input' | 'output'): HTMLElement =>
    h('td', {}, count(roles.reduce((n, r) => n + r[key], 0)));
  const head = ['Role', 'Share', 'Calls', 'Retries', 'Given up', 'Tokens in', 'Tokens out', 'US dollars'].map((t) =>
    h('th', { scope: 'col', class: t === 'Share' && 'bars' }, t),
  );
  const row = (r: RoleView): HTMLElement =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, said(r.role)),
      h('td', { class: 'bars' }, bar(r.calls / most)),
      h('td', {}, count(r.calls)),
      [r.retries, r.failed, r.input, r.output].map((n) => h('td', {}, count(n))),
      h('td', {}, r.usd === null ? '–' : dollars(r.usd)),
    );
  return h(
    'table',
    { class: 'plain numbers' },
    h('thead', {}, h('tr', {}, head)),
    h('tbody', {}, roles.map(row)),
    h(
      'tfoot',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'row', colspan: 2 }, 'All'),
        total('calls'),
        total('retries'),
        total('failed'),
        total('input'),
        total('output'),
        h('td', {}, usd ? dollars(usd) : '–'),
      ),
    ),
  );
}

function bar(share: number): HTMLElement {
  const filled = h('span', {});
  filled.style.width = `${(Number.isFinite(share) ? share * 100 : 0).toFixed(1)}%`;
  return h('span', { class: 'share', 'aria-hidden': true }, filled);
}

const faultTable = (faults: readonly FaultView[]): HTMLElement =>
  h(
    'table',
    { class: 'plain faults' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ['Kind', 'Role', 'What came of it', 'Times'].map((t) => h('th', { scope: 'col' }, t)),
      ),
    ),
    h(
      'tbody',
      {},
      faults.map((f) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, said(f.kind)),
          h('td', {}, said(f.role)),
          h('td', {}, f.ended),
          h('td', {}, count(f.count)),
        ),
      ),
    ),
  );
