import type { ProofVerdict } from '../../state/verdict.ts';
import type { RunView, WarningView } from '../runView.ts';
import { describeStopReason } from '../stopReasons.ts';
import { createElement, type ElementChild, renderForeignText } from './dom.ts';
import {
  formatAdvantage,
  formatCount,
  formatDay,
  formatDollars,
  formatScore,
  formatScoreDifference,
  formatSeconds,
  pluralizeCount,
  sumRoleUsage,
} from './format.ts';
import { renderBestPrompt } from './renderBestPrompt.ts';

const STATE_LABELS = {
  running: 'DRPO run in progress',
  ended: 'DRPO run',
  published: 'DRPO run published by its authors',
};

/** The verdict, the best prompt and the usage. `content`: all of it as JSON, to find out whether it changed. */
export function makeHeader(view: RunView): { content: string; render: () => HTMLElement[] } {
  const rows = listFacts(view);
  const { title, state, best, final, verdict, nodes, warnings, finished, subject } = view;
  const first = nodes.find((node) => node.depth === 0)?.prompt ?? best.prompt;
  const date = finished === null ? '' : ` · ${formatDay(finished)}`;
  const render = (): HTMLElement[] => [
    createElement(
      'p',
      { class: 'eyebrow' },
      `${STATE_LABELS[state]} · `,
      createElement('bdi', {}, title),
      date,
      subject.isSimulated && createElement('strong', { class: 'tag' }, 'simulated models'),
    ),
    createElement('h1', {}, renderForeignText(describeOutcome(view))),
    createElement('p', { class: 'proof' }, describeProof(view, best.prompt === first)),
    ...(verdict?.reasons ?? []).map(({ text }) => createElement('p', {}, renderForeignText(`Why: ${text}`))),
    ...renderWarnings(warnings.filter(isAboutVerdict)),
    createElement(
      'div',
      { class: 'lead' },
      createElement(
        'div',
        {},
        createElement('h2', {}, nameBestPrompt(view, best.prompt === first)),
        renderBestPrompt(best.prompt, best.prompt === first ? null : first),
      ),
      createElement('div', { class: 'facts' }, renderFactList(rows)),
    ),
    ...renderWarnings(warnings.filter((warning) => !isAboutVerdict(warning))),
  ];
  const shown = [title, state, best, first, final, verdict, nodes.length > 0, warnings, finished, subject, rows];
  return { content: JSON.stringify(shown), render };
}

/** Warnings without which the heading would be misread. */
const VERDICT_WARNINGS: ReadonlySet<string> = new Set([
  'judge-constant',
  'nothing-rewritten',
  'best-not-judged',
  'judgements-missing',
]);
const isAboutVerdict = ({ code }: WarningView): boolean => VERDICT_WARNINGS.has(code);

const renderWarnings = (warnings: readonly WarningView[]): HTMLElement[] =>
  warnings.map(({ text }) => createElement('p', { class: 'warning' }, renderForeignText(text)));

/** The verdict as a heading. */
function describeOutcome({ verdict, state }: RunView): string {
  if (verdict) return `${verdict.text[0]?.toUpperCase() ?? ''}${verdict.text.slice(1)}`;
  if (state === 'running') return 'The search is running';
  return state === 'published' ? 'Best system prompt' : 'Nothing is proven yet';
}

/** What the heading rests on. */
function describeProof({ verdict, state, final }: RunView, isFirst: boolean): ElementChild {
  if (verdict && verdict.queries > 0)
    return renderForeignText(
      `The new prompt minus the first one, in points of 5, on ${pluralizeCount(verdict.queries, 'fresh query', 'fresh queries')}, judged by ${verdict.judge ?? 'checks'}.${describeInterval(verdict)} The true difference is inside the interval in 95 of 100 such proofs.`,
    );
  if (state !== 'ended') return null;
  const d = final?.difference;
  if (isFirst && final) return 'On the held-out queries, no other prompt was better.';
  if (!d) return 'It was not proven on held-out queries that this prompt is better than the first one.';
  return `On held-out queries it scores ${formatAdvantage(d)}.`;
}

/** The figures of a proof whose words do not hold them. */
const describeInterval = ({ outcome, mean, low, high }: ProofVerdict): string =>
  outcome !== 'not-settled' || mean === null || low === null || high === null
    ? ''
    : ` So far it is ${formatScoreDifference(mean)} (${formatScoreDifference(low)} to ${formatScoreDifference(high)}).`;

function nameBestPrompt({ state }: RunView, isFirst: boolean): string {
  if (isFirst) return state === 'running' ? 'Best prompt so far: the first one' : 'The first prompt';
  return `${state === 'running' ? 'Best prompt so far' : 'New prompt'}, with its changes to the first one`;
}

/** The links to the parts of the page. */
export function renderPartLinks(ids: readonly string[]): HTMLElement[] {
  const links = ids.map((id) => createElement('a', { href: `#${id}` }, id[0]?.toUpperCase() + id.slice(1)));
  return [createElement('a', { href: '#top' }, 'Prompt'), ...links];
}

function listFacts(view: RunView): [string, string][] {
  const cuts = view.levels.filter((l) => l.pruned).length;
  const ties = view.levels.filter((l) => l.tie).length;
  const missing = view.nodes.filter((n) => n.missing !== null).length;
  const { calls, tokens } = sumRoleUsage(view.roles);
  const stopped = view.stoppedBy === null ? null : describeStopReason(view.stoppedBy);
  const pruning = cuts
    ? `on ${pluralizeCount(cuts, 'level')}${ties ? `, with ${pluralizeCount(ties, 'tie')} at the cut` : ''}`
    : 'none';
  const rows: [string, string | null][] = [
    ['Models', view.subject.models],
    ['Scored by', view.subject.scoring],
    ['Cost', view.usd ? formatDollars(view.usd) : null],
    ['Time', view.seconds === null ? null : formatSeconds(view.seconds)],
    ['Usage', view.roles.length ? `${pluralizeCount(calls, 'call')}, ${pluralizeCount(tokens, 'token')}` : null],
    ['Stopped because', stopped],
    ['Levels', `${formatCount(Math.max(0, view.levels.length - 1))} after the first prompt`],
    ['Nodes', formatCount(view.nodes.length) + (missing ? `, ${formatCount(missing)} without a judgement` : '')],
    ['Pruning', view.ranked && view.nodes.length ? pruning : null],
    [
      'Path',
      view.best.value === null ? null : `${formatScore(view.best.value)} of 5 on average, without the first prompt`,
    ],
  ];
  return rows.flatMap(([term, value]) => (value === null ? [] : [[term, value]]));
}

const renderFactList = (rows: readonly [string, string][]): HTMLElement =>
  createElement(
    'dl',
    {},
    rows.map(([term, value]) =>
      createElement('div', {}, createElement('dt', {}, term), createElement('dd', {}, createElement('bdi', {}, value))),
    ),
  );
