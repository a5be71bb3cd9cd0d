import type { RunView } from '../runView.ts';
import { wordsIn } from './words.ts';
import { askedOf, block, count, counted, dollars, duration, h, points, signed } from './dom.ts';

const WHY: Record<string, string> = {
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
const STATE = { running: 'DRPO run under way', ended: 'DRPO run', published: 'DRPO run published by its authors' };

/** What was found, what it is worth, and what it took. `shows`: all of it as JSON, to see whether it changed. */
export function header(view: RunView): { shows: string; make: () => HTMLElement[] } {
  const rows = facts(view);
  const { title, state, best, final, nodes } = view;
  const make = (): HTMLElement[] => [
    h('p', { class: 'eyebrow' }, `${STATE[state]} · `, h('bdi', {}, title)),
    h('h1', {}, state === 'running' ? 'Best system prompt so far' : 'Best system prompt'),
    h('div', { class: 'lead' }, prompt(best.prompt), h('div', { class: 'facts' }, worth(view), list(rows))),
  ];
  return { shows: JSON.stringify([title, state, best, final, nodes.length > 0, rows]), make };
}

/** Links to the parts of the page. */
export function links(ids: readonly string[]): HTMLElement[] {
  const names = ids.map((id) => h('a', { href: `#${id}` }, id[0]?.toUpperCase() + id.slice(1)));
  return [h('a', { href: '#top' }, 'Prompt'), ...names];
}

/** A prompt longer than this many letters is cut short until asked for. */
const LONG = 900;
/** Stays as the reader had it when a better prompt comes. */
let short = true;

function prompt(text: string): HTMLElement {
  if (text === '') return h('div', { class: 'best' }, h('p', { class: 'quiet' }, 'Nothing was judged yet.'));
  const shown = block(text);
  const button = h('button', { type: 'button', class: 'copy', click: () => void copy(text, shown, button) }, 'Copy');
  if (text.length <= LONG) return h('div', { class: 'best' }, shown, h('p', { class: 'bar' }, button));
  shown.id = 'prompt';
  const all = `Show all ${counted(wordsIn(text), 'word')}`;
  const more = h('button', { type: 'button', class: 'more', 'aria-controls': 'prompt', click: () => turn(!short) });
  const box = h('div', { class: 'best' }, shown, h('p', { class: 'bar' }, more, button));
  const turn = (to: boolean): void => {
    short = to;
    box.classList.toggle('short', short);
    more.setAttribute('aria-expanded', String(!short));
    more.textContent = short ? all : 'Show less';
  };
  turn(short);
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

function worth({ best, state, final, nodes }: RunView): HTMLElement {
  const first = nodes.some((n) => n.id === best.id && n.depth === 0);
  const told = first
    ? 'The first prompt. It has no value of its own: a path is valued by what follows the start.'
    : `Mean reward along the path to this prompt${state === 'running' ? ' so far' : ''}, on the search’s own queries, each level another one; the start left out.`;
  return h(
    'div',
    { class: 'worth' },
    best.value !== null && h('p', { class: 'figure' }, points(best.value), h('small', {}, ' of 5')),
    nodes.length > 0 && h('p', {}, told),
    state === 'ended' && h('p', {}, proof(final, first)),
  );
}

/** What is known of the prompt on queries that the search had not seen. */
function proof(final: RunView['final'], first: boolean): string {
  const d = final?.difference;
  if (first && final) return 'No other prompt was better on the held-out queries.';
  if (!d) return 'Whether it is better than the first prompt on other queries was not measured, or not proven.';
  return `On held-out queries ${signed(d.mean)} over the first prompt (95\u00a0% interval ${signed(d.low)} to ${signed(d.high)}).`;
}

function facts(view: RunView): [string, string][] {
  const cuts = view.levels.filter((l) => l.pruned).length;
  const ties = view.levels.filter((l) => l.tie).length;
  const missing = view.nodes.filter((n) => n.missing !== null).length;
  const { calls, tokens } = askedOf(view.roles);
  const stopped = view.stoppedBy === null ? null : (WHY[view.stoppedBy] ?? view.stoppedBy);
  const choices = cuts
    ? `${counted(cuts, 'level')} with something to prune, ${counted(ties, 'tie')} at the cut`
    : 'nothing was pruned';
  const rows: [string, string | null][] = [
    ['Stopped because', stopped],
    ['Levels', `${count(Math.max(0, view.levels.length - 1))} after the start`],
    ['Judged', counted(view.nodes.length, 'node') + (missing ? `, ${count(missing)} without a judgement` : '')],
    ['Choices', view.ranked && view.nodes.length ? choices : null],
    ['Asked', view.roles.length ? `${counted(calls, 'call')}, ${counted(tokens, 'token')}` : null],
    ['Cost', view.usd ? dollars(view.usd) : null],
    ['Time', view.seconds === null ? null : duration(view.seconds)],
  ];
  return rows.flatMap(([term, value]) => (value === null ? [] : [[term, value]]));
}

const list = (rows: readonly [string, string][]): HTMLElement =>
  h(
    'dl',
    {},
    rows.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, h('bdi', {}, value)))),
  );
