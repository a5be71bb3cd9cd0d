import type { RunView } from '../runView.ts';
import { wordsIn } from './words.ts';
import { block, count, counted, dollars, duration, h, points, type Child } from './dom.ts';

const WHY: Record<string, string> = {
  depth: 'the depth was reached',
  queries: 'the queries were used up',
  perfect: 'every reward was perfect',
  patience: 'the best value no longer rose',
  budget: 'the budget was spent',
  interrupted: 'it was interrupted',
};
const STATE = { running: 'DRPO run under way', ended: 'DRPO run', published: 'DRPO run published by its authors' };
const PARTS = ['tree', 'growth', 'scores', 'judge', 'final', 'calls', 'config'];

/** What was found, what it is worth, and what it took. */
export function header(view: RunView): HTMLElement {
  return h(
    'header',
    { id: 'top' },
    h('p', { class: 'eyebrow' }, `${STATE[view.state]} · `, h('bdi', {}, view.title)),
    h('h1', {}, view.state === 'running' ? 'Best system prompt so far' : 'Best system prompt'),
    h('div', { class: 'lead' }, prompt(view.best.prompt), h('div', { class: 'facts' }, worth(view), facts(view))),
  );
}

export function parts({ final }: RunView): HTMLElement {
  const shown = PARTS.filter((p) => p !== 'final' || final);
  const links = shown.map((p) => h('a', { href: `#${p}` }, p[0]?.toUpperCase() + p.slice(1)));
  return h('nav', { 'aria-label': 'Parts of this page' }, h('div', {}, h('a', { href: '#top' }, 'Prompt'), links));
}

/** A prompt longer than this many letters is cut short until asked for. */
const LONG = 900;

function prompt(text: string): HTMLElement {
  const shown = block(text);
  const button = h('button', { type: 'button', class: 'copy', click: () => void copy(text, shown, button) }, 'Copy');
  if (text.length <= LONG) return h('div', { class: 'best' }, shown, h('p', { class: 'bar' }, button));
  shown.id = 'prompt';
  const all = `Show all ${counted(wordsIn(text), 'word')}`;
  const more = h(
    'button',
    { type: 'button', class: 'more', 'aria-expanded': 'false', 'aria-controls': 'prompt', click: () => toggle() },
    all,
  );
  const box = h('div', { class: 'best short' }, shown, h('p', { class: 'bar' }, more, button));
  const toggle = (): void => {
    const short = box.classList.toggle('short');
    more.setAttribute('aria-expanded', String(!short));
    more.textContent = short ? all : 'Show less';
  };
  return box;
}

/** To the clipboard; where the browser refuses, the text is marked for copying by hand. */
async function copy(text: string, shown: HTMLElement, button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    getSelection()?.selectAllChildren(shown);
    button.textContent = 'Selected';
  }
}

function worth({ best, state, final }: RunView): HTMLElement {
  const d = final?.difference;
  return h(
    'div',
    { class: 'worth' },
    h('p', { class: 'figure' }, points(best.value), h('small', {}, ' of 5')),
    h(
      'p',
      {},
      `Mean reward along the path to this prompt${state === 'running' ? ' so far' : ''}, on the search’s own queries, each level another one; the start left out.`,
    ),
    d &&
      h(
        'p',
        {},
        `On held-out queries ${signed(d.mean)} over the first prompt (95 % interval ${signed(d.low)} to ${signed(d.high)}).`,
      ),
    !d &&
      state === 'ended' &&
      h('p', {}, 'Whether it is better than the first prompt on other queries was not measured, or not proven.'),
  );
}

const signed = (x: number): string => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(2)}`;

function facts(view: RunView): HTMLElement {
  const cuts = view.levels.filter((l) => l.pruned).length;
  const ties = view.levels.filter((l) => l.tie).length;
  const missing = view.nodes.filter((n) => n.missing !== null).length;
  const calls = view.roles.filter((r) => r.role !== 'embeddings').reduce((n, r) => n + r.calls, 0);
  const tokens = view.roles.reduce((n, r) => n + r.input + r.output, 0);
  const rows: [string, Child][] = [
    [
      'Stopped because',
      view.stoppedBy === null ? 'still running' : (WHY[view.stoppedBy] ?? h('bdi', {}, view.stoppedBy)),
    ],
    ['Levels', `${count(Math.max(0, view.levels.length - 1))} after the start`],
    ['Judged', counted(view.nodes.length, 'node') + (missing ? `, ${count(missing)} without a judgement` : '')],
    [
      'Choices',
      cuts
        ? `${counted(cuts, 'level')} with something to prune, ${counted(ties, 'tie')} at the cut`
        : 'nothing was pruned',
    ],
    ...(view.roles.length
      ? ([['Asked', `${counted(calls, 'call')}, ${counted(tokens, 'token')}`]] as [string, Child][])
      : []),
    ...(view.usd ? ([['Cost', dollars(view.usd)]] as [string, Child][]) : []),
    ...(view.seconds === null ? [] : ([['Time', duration(view.seconds)]] as [string, Child][])),
  ];
  return h(
    'dl',
    {},
    rows.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))),
  );
}
