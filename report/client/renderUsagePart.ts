import type { FaultView, RoleView, RunView } from '../runView.ts';
import {
  formatCount,
  formatDollars,
  createElement,
  renderForeignText,
  renderScroller,
  type ElementChild,
} from './dom.ts';

/** What each role was asked, what it took, and what went wrong. */
export function renderUsagePart({ roles, faults, usd, state }: RunView): ElementChild {
  if (!roles.length)
    return createElement(
      'p',
      {},
      state === 'running' ? 'Nothing was asked yet.' : 'No record of calls, tokens or money.',
    );
  const unpriced = roles.some((r) => r.usd === null && r.role !== 'embeddings');
  return [
    renderScroller('Calls, tokens and money by role', renderRoleTable(roles, usd)),
    unpriced &&
      createElement(
        'p',
        { class: 'quiet' },
        'Roles whose model has no price in the config are not counted in US dollars.',
      ),
    createElement('h3', {}, 'Faults'),
    faults.length
      ? renderScroller('Faults by kind', renderFaultTable(faults))
      : createElement('p', {}, 'None: no call was retried or given up, no answer was unusable.'),
  ];
}

function renderRoleTable(roles: readonly RoleView[], usd: number | null): HTMLElement {
  const most = Math.max(...roles.map((r) => r.calls));
  const total = (key: 'calls' | 'retries' | 'failed' | 'input' | 'output'): HTMLElement =>
    createElement('td', {}, formatCount(roles.reduce((n, r) => n + r[key], 0)));
  const head = ['Role', 'Share', 'Calls', 'Retries', 'Given up', 'Tokens in', 'Tokens out', 'US dollars'].map((t) =>
    createElement('th', { scope: 'col', class: t === 'Share' && 'bars' }, t),
  );
  const row = (r: RoleView): HTMLElement =>
    createElement(
      'tr',
      {},
      createElement('th', { scope: 'row' }, renderForeignText(r.role)),
      createElement('td', { class: 'bars' }, renderShareBar(r.calls / most)),
      createElement('td', {}, formatCount(r.calls)),
      [r.retries, r.failed, r.input, r.output].map((n) => createElement('td', {}, formatCount(n))),
      createElement('td', {}, r.usd === null ? '–' : formatDollars(r.usd)),
    );
  return createElement(
    'table',
    { class: 'plain numbers' },
    createElement('thead', {}, createElement('tr', {}, head)),
    createElement('tbody', {}, roles.map(row)),
    createElement(
      'tfoot',
      {},
      createElement(
        'tr',
        {},
        createElement('th', { scope: 'row', colspan: 2 }, 'All'),
        total('calls'),
        total('retries'),
        total('failed'),
        total('input'),
        total('output'),
        createElement('td', {}, usd ? formatDollars(usd) : '–'),
      ),
    ),
  );
}

function renderShareBar(share: number): HTMLElement {
  const filled = createElement('span', {});
  filled.style.width = `${(Number.isFinite(share) ? share * 100 : 0).toFixed(1)}%`;
  return createElement('span', { class: 'share', 'aria-hidden': true }, filled);
}

const renderFaultTable = (faults: readonly FaultView[]): HTMLElement =>
  createElement(
    'table',
    { class: 'plain faults' },
    createElement(
      'thead',
      {},
      createElement(
        'tr',
        {},
        ['Kind', 'Role', 'What came of it', 'Times'].map((t) => createElement('th', { scope: 'col' }, t)),
      ),
    ),
    createElement(
      'tbody',
      {},
      faults.map((f) =>
        createElement(
          'tr',
          {},
          createElement('th', { scope: 'row' }, renderForeignText(f.kind)),
          createElement('td', {}, renderForeignText(f.role)),
          createElement('td', {}, f.ended),
          createElement('td', {}, formatCount(f.count)),
        ),
      ),
    ),
  );
