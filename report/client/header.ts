import type { RunView } from '../runView.ts';
import { countTextWords } from './diffTexts.ts';
import {
  sumRoleUsage,
  renderTextBlock,
  formatCount,
  pluralizeCount,
  formatDollars,
  formatSeconds,
  createElement,
  formatScore,
  formatScoreDifference,
} from './dom.ts';

const STOP_REASON_LABELS: Record<string, string> = {
  depth: 'the depth was reached',
  queries: 'the queries were used up',
  perfect: 'every reward was perfect',
  final: 'the rest of the calls was the final’s',
  patience: 'nothing was left to mend',
  samples: 'all samples were drawn',
  walks: 'all walks were made',
  budget: 'the budget was spent; the run can go on',
  interrupted: 'it was interrupted; the run can go on',
};
const STATE_LABELS = {
  running: 'DRPO run under way',
  ended: 'DRPO run',
  published: 'DRPO run published by its authors',
};

/** What was found, what it is worth, and what it took. `shows`: all of it as JSON, to see whether it changed. */
export function makeHeader(view: RunView): { shows: string; make: () => HTMLElement[] } {
  const rows = listFacts(view);
  const { title, state, best, final, nodes } = view;
  const make = (): HTMLElement[] => [
    createElement('p', { class: 'eyebrow' }, `${STATE_LABELS[state]} · `, createElement('bdi', {}, title)),
    createElement('h1', {}, state === 'running' ? 'Best system prompt so far' : 'Best system prompt'),
    createElement(
      'div',
      { class: 'lead' },
      renderBestPrompt(best.prompt),
      createElement('div', { class: 'facts' }, renderWorth(view), renderFactList(rows)),
    ),
  ];
  return { shows: JSON.stringify([title, state, best, final, nodes.length > 0, rows]), make };
}

/** Links to the parts of the page. */
export function renderPartLinks(ids: readonly string[]): HTMLElement[] {
  const names = ids.map((id) => createElement('a', { href: `#${id}` }, id[0]?.toUpperCase() + id.slice(1)));
  return [createElement('a', { href: '#top' }, 'Prompt'), ...names];
}

/** A prompt longer than this many letters is cut short until asked for. */
const MAX_SHORT_PROMPT_CHARACTERS = 900;
/** Stays as the reader had it when a better prompt comes. */
let isPromptCollapsed = true;

function renderBestPrompt(text: string): HTMLElement {
  if (text === '')
    return createElement('div', { class: 'best' }, createElement('p', { class: 'quiet' }, 'Nothing was judged yet.'));
  const shown = renderTextBlock(text);
  const button = createElement(
    'button',
    { type: 'button', class: 'copy', click: () => void copyText(text, shown, button) },
    'Copy',
  );
  if (text.length <= MAX_SHORT_PROMPT_CHARACTERS)
    return createElement('div', { class: 'best' }, shown, createElement('p', { class: 'bar' }, button));
  shown.id = 'prompt';
  const all = `Show all ${pluralizeCount(countTextWords(text), 'word')}`;
  const more = createElement('button', {
    type: 'button',
    class: 'more',
    'aria-controls': 'prompt',
    click: () => turn(!isPromptCollapsed),
  });
  const box = createElement('div', { class: 'best' }, shown, createElement('p', { class: 'bar' }, more, button));
  const turn = (to: boolean): void => {
    isPromptCollapsed = to;
    box.classList.toggle('short', isPromptCollapsed);
    more.setAttribute('aria-expanded', String(!isPromptCollapsed));
    more.textContent = isPromptCollapsed ? all : 'Show less';
  };
  turn(isPromptCollapsed);
  return box;
}

/** To the clipboard; where the browser refuses, the text is marked for copying by hand. */
async function copyText(text: string, shown: HTMLElement, button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    getSelection()?.selectAllChildren(shown);
    button.textContent = 'Selected';
  }
}

function renderWorth({ best, state, final, nodes }: RunView): HTMLElement {
  const first = nodes.some((n) => n.id === best.id && n.depth === 0);
  const told = first
    ? 'The first prompt. It has no value of its own: a path is valued by what follows the start.'
    : `Mean reward along the path to this prompt${state === 'running' ? ' so far' : ''}, on the search’s own queries, each level another one; the start left out.`;
  return createElement(
    'div',
    { class: 'worth' },
    best.value !== null &&
      createElement('p', { class: 'figure' }, formatScore(best.value), createElement('small', {}, ' of 5')),
    nodes.length > 0 && createElement('p', {}, told),
    state === 'ended' && createElement('p', {}, describeProof(final, first)),
  );
}

/** What is known of the prompt on queries that the search had not seen. */
function describeProof(final: RunView['final'], first: boolean): string {
  const d = final?.difference;
  if (first && final) return 'No other prompt was better on the held-out queries.';
  if (!d) return 'Whether it is better than the first prompt on other queries was not measured, or not proven.';
  return `On held-out queries ${formatScoreDifference(d.mean)} over the first prompt (95\u00a0% interval ${formatScoreDifference(d.low)} to ${formatScoreDifference(d.high)}).`;
}

function listFacts(view: RunView): [string, string][] {
  const cuts = view.levels.filter((l) => l.pruned).length;
  const ties = view.levels.filter((l) => l.tie).length;
  const missing = view.nodes.filter((n) => n.missing !== null).length;
  const { calls, tokens } = sumRoleUsage(view.roles);
  const stopped = view.stoppedBy === null ? null : (STOP_REASON_LABELS[view.stoppedBy] ?? view.stoppedBy);
  const choices = cuts
    ? `${pluralizeCount(cuts, 'level')} with something to prune, ${pluralizeCount(ties, 'tie')} at the cut`
    : 'nothing was pruned';
  const rows: [string, string | null][] = [
    ['Stopped because', stopped],
    ['Levels', `${formatCount(Math.max(0, view.levels.length - 1))} after the start`],
    [
      'Judged',
      pluralizeCount(view.nodes.length, 'node') + (missing ? `, ${formatCount(missing)} without a judgement` : ''),
    ],
    ['Choices', view.ranked && view.nodes.length ? choices : null],
    ['Asked', view.roles.length ? `${pluralizeCount(calls, 'call')}, ${pluralizeCount(tokens, 'token')}` : null],
    ['Cost', view.usd ? formatDollars(view.usd) : null],
    ['Time', view.seconds === null ? null : formatSeconds(view.seconds)],
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
