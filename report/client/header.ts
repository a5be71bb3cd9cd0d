import type { RunView } from '../runView.ts';
import { describeStopReason } from '../stopReasons.ts';
import { countTextWords } from './diffTexts.ts';
import { createElement, renderForeignText, renderTextBlock } from './dom.ts';
import {
  formatAdvantage,
  formatCount,
  formatDollars,
  formatScore,
  formatSeconds,
  formatVerdict,
  isJudgeConstant,
  pluralizeCount,
  sumRoleUsage,
} from './format.ts';

const STATE_LABELS = {
  running: 'DRPO run in progress',
  ended: 'DRPO run',
  published: 'DRPO run published by its authors',
};

/** The best prompt, its value and the usage. `content`: all of it as JSON, to find out whether it changed. */
export function makeHeader(view: RunView): { content: string; render: () => HTMLElement[] } {
  const rows = listFacts(view);
  const { title, state, best, final, verdict, nodes, warnings } = view;
  const render = (): HTMLElement[] => [
    createElement('p', { class: 'eyebrow' }, `${STATE_LABELS[state]} · `, createElement('bdi', {}, title)),
    createElement('h1', {}, state === 'running' ? 'Best system prompt so far' : 'Best system prompt'),
    ...warnings.map(({ text }) => createElement('p', { class: 'warning' }, renderForeignText(text))),
    createElement(
      'div',
      { class: 'lead' },
      renderBestPrompt(best.prompt),
      createElement('div', { class: 'facts' }, renderValue(view), renderFactList(rows)),
    ),
  ];
  return { content: JSON.stringify([title, state, best, final, verdict, nodes.length > 0, warnings, rows]), render };
}

/** The links to the parts of the page. */
export function renderPartLinks(ids: readonly string[]): HTMLElement[] {
  const links = ids.map((id) => createElement('a', { href: `#${id}` }, id[0]?.toUpperCase() + id.slice(1)));
  return [createElement('a', { href: '#top' }, 'Prompt'), ...links];
}

/** A longer prompt is collapsed at first. */
const MAX_SHORT_PROMPT_CHARACTERS = 900;
/** The reader's choice, which a better prompt does not change. */
let isPromptCollapsed = true;

function renderBestPrompt(text: string): HTMLElement {
  if (text === '')
    return createElement(
      'div',
      { class: 'best' },
      createElement('p', { class: 'quiet' }, 'No candidate is judged yet.'),
    );
  const textBlock = renderTextBlock(text);
  const button = createElement(
    'button',
    { type: 'button', class: 'copy', click: () => void copyText(text, textBlock, button) },
    'Copy',
  );
  if (text.length <= MAX_SHORT_PROMPT_CHARACTERS)
    return createElement('div', { class: 'best' }, textBlock, createElement('p', { class: 'bar' }, button));
  textBlock.id = 'prompt';
  const showAll = `Show all ${pluralizeCount(countTextWords(text), 'word')}`;
  const more = createElement('button', {
    type: 'button',
    class: 'more',
    'aria-controls': 'prompt',
    click: () => collapse(!isPromptCollapsed),
  });
  const box = createElement('div', { class: 'best' }, textBlock, createElement('p', { class: 'bar' }, more, button));
  const collapse = (collapsed: boolean): void => {
    isPromptCollapsed = collapsed;
    box.classList.toggle('short', isPromptCollapsed);
    more.setAttribute('aria-expanded', String(!isPromptCollapsed));
    more.textContent = isPromptCollapsed ? showAll : 'Show less';
  };
  collapse(isPromptCollapsed);
  return box;
}

/** Copies to the clipboard. If the browser refuses, it selects the text instead. */
async function copyText(text: string, textBlock: HTMLElement, button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    getSelection()?.selectAllChildren(textBlock);
    button.textContent = 'Selected';
  }
}

function renderValue(view: RunView): HTMLElement {
  const { best, state, final, verdict, nodes } = view;
  const isFirst = nodes.find((n) => n.depth === 0)?.prompt === best.prompt;
  const explanation = isFirst
    ? 'This is the first prompt. Its path has no other prompts, so it has no mean reward.'
    : isJudgeConstant(view)
      ? 'The judge gives all prompts the same points, so no mean reward is shown.'
      : `Mean reward along the path to this prompt${state === 'running' ? ' so far' : ''}. Each level asks one query. The first prompt’s reward is not included.`;
  return createElement(
    'div',
    { class: 'value' },
    best.value !== null &&
      createElement('p', { class: 'figure' }, formatScore(best.value), createElement('small', {}, ' of 5')),
    nodes.length > 0 && createElement('p', {}, explanation),
    state === 'ended' && createElement('p', {}, describeProof(verdict, final, isFirst)),
  );
}

/** Describes the proof of the prompt on queries that the search did not use. */
function describeProof(verdict: RunView['verdict'], final: RunView['final'], isFirst: boolean): string {
  if (verdict) return formatVerdict(verdict);
  const d = final?.difference;
  if (isFirst && final) return 'On the held-out queries, no other prompt was better.';
  if (!d) return 'It was not proven on held-out queries that this prompt is better than the first one.';
  return `On held-out queries it scores ${formatAdvantage(d)}.`;
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
    ['Stopped because', stopped],
    ['Levels', `${formatCount(Math.max(0, view.levels.length - 1))} after the first prompt`],
    ['Nodes', formatCount(view.nodes.length) + (missing ? `, ${formatCount(missing)} without a judgement` : '')],
    ['Pruning', view.ranked && view.nodes.length ? pruning : null],
    ['Usage', view.roles.length ? `${pluralizeCount(calls, 'call')}, ${pluralizeCount(tokens, 'token')}` : null],
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
