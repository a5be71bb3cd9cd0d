import type { FailureView, RejectionView, RoleView, RunView } from '../runView.ts';
import { createElement, type ElementChild, renderForeignText, renderPlainTable, renderScroller } from './dom.ts';
import { formatCount, formatDollars } from './format.ts';
import { renderShareBar } from './renderShareBar.ts';

/** The calls, tokens and cost of each role, the failures, and the rejected rewrites. */
export function renderUsagePart({ roles, failures, rejectedRewrites, usd, state }: RunView): ElementChild {
  if (!roles.length)
    return createElement(
      'p',
      {},
      state === 'running' ? 'No model has answered yet.' : 'No calls, tokens or cost were recorded.',
    );
  const isPartlyUnpriced = roles.some((r) => r.usd === null && r.role !== 'embeddings');
  return [
    renderScroller('Calls, tokens and cost by role', renderRoleTable(roles, usd)),
    renderTokenNote(roles),
    isPartlyUnpriced &&
      createElement('p', { class: 'quiet' }, 'The cost does not include roles whose model has no price in the config.'),
    createElement('h3', {}, 'Failures'),
    failures.length
      ? renderScroller('Failures by kind', renderFailureTable(failures))
      : createElement('p', {}, 'None. No call was retried or failed, and every answer could be used.'),
    rejectedRewrites.length > 0 && [
      createElement('h3', {}, 'Rejected rewrites'),
      createElement('p', { class: 'quiet' }, 'The search did not use these rewrites. A rejection is not a failure.'),
      renderScroller('Rejected rewrites by reason', renderRejectionTable(rejectedRewrites)),
    ],
  ];
}

/** Which tokens came from a cache, were spent on thinking or were not counted by their endpoint. */
function renderTokenNote(roles: readonly RoleView[]): ElementChild {
  const sum = (key: 'cachedInput' | 'reasoning' | 'estimated'): number => roles.reduce((n, r) => n + r[key], 0);
  const [cached, reasoning, estimated] = [sum('cachedInput'), sum('reasoning'), sum('estimated')];
  const parts = [
    ...(cached > 0 ? [`${formatCount(cached)} of the input tokens came from a provider’s cache`] : []),
    ...(reasoning > 0 ? [`${formatCount(reasoning)} of the output tokens were spent on thinking`] : []),
    ...(estimated > 0
      ? [`${formatCount(estimated)} tokens are estimated, because an endpoint did not count them`]
      : []),
  ];
  return parts.length > 0 && createElement('p', { class: 'quiet' }, `${parts.join('. ')}.`);
}

function renderRoleTable(roles: readonly RoleView[], usd: number | null): HTMLElement {
  const maxCalls = Math.max(...roles.map((r) => r.calls));
  const renderTotal = (key: 'calls' | 'retries' | 'failed' | 'input' | 'output'): HTMLElement =>
    createElement('td', {}, formatCount(roles.reduce((n, r) => n + r[key], 0)));
  const head = ['Role', 'Share', 'Calls', 'Retries', 'Failed', 'Input tokens', 'Output tokens', 'US dollars'].map((t) =>
    createElement('th', { scope: 'col', class: t === 'Share' && 'bars' }, t),
  );
  const renderRow = (r: RoleView): HTMLElement =>
    createElement(
      'tr',
      {},
      createElement('th', { scope: 'row' }, renderForeignText(r.role)),
      createElement('td', { class: 'bars' }, renderShareBar(r.calls / maxCalls)),
      createElement('td', {}, formatCount(r.calls)),
      [r.retries, r.failed, r.input, r.output].map((n) => createElement('td', {}, formatCount(n))),
      createElement('td', {}, r.usd === null ? '–' : formatDollars(r.usd)),
    );
  return createElement(
    'table',
    { class: 'plain numbers' },
    createElement('thead', {}, createElement('tr', {}, head)),
    createElement('tbody', {}, roles.map(renderRow)),
    createElement(
      'tfoot',
      {},
      createElement(
        'tr',
        {},
        createElement('th', { scope: 'row', colspan: 2 }, 'All'),
        renderTotal('calls'),
        renderTotal('retries'),
        renderTotal('failed'),
        renderTotal('input'),
        renderTotal('output'),
        createElement('td', {}, usd ? formatDollars(usd) : '–'),
      ),
    ),
  );
}

const renderFailureTable = (failures: readonly FailureView[]): HTMLElement =>
  renderPlainTable(
    'failures',
    ['Kind', 'Role', 'Outcome', 'Count'],
    failures.map(({ kind, role, outcome, count }) => [
      renderForeignText(kind),
      renderForeignText(role),
      OUTCOME_LABELS[outcome],
      formatCount(count),
    ]),
  );

const OUTCOME_LABELS: Record<FailureView['outcome'], string> = {
  retried: 'retried',
  failed: 'call failed',
  unusable: 'answer not usable',
};

const renderRejectionTable = (rejections: readonly RejectionView[]): HTMLElement =>
  renderPlainTable(
    'failures',
    ['Reason', 'Count', 'Lines that were refused'],
    rejections.map(({ reason, count, lines }) => [
      renderForeignText(reason),
      formatCount(count),
      createElement(
        'ul',
        {},
        lines.map((line) => createElement('li', {}, renderForeignText(line))),
      ),
    ]),
  );
