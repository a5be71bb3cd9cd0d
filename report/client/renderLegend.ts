import type { RunView } from '../runView.ts';
import { createElement } from './dom.ts';

/** The legend of the nodes' looks that this run can have. */
export function renderLegend({ state, ranked, nodes }: RunView): HTMLElement {
  const entries: [string, string, string][] = [
    ['path kept', '4.6', 'best path'],
    ['kept', '4.2', 'kept'],
    ['pruned', '3.8', ranked ? 'pruned' : 'not expanded'],
    ['kept same', '5', 'same prompt as its parent'],
    ...(nodes.some((n) => n.missing !== null)
      ? [['pruned missing', '?', 'no judgement'] as [string, string, string]]
      : []),
    ...(state === 'running' ? [['open', '3.9', 'not decided yet'] as [string, string, string]] : []),
  ];
  return createElement(
    'ul',
    { class: 'legend', 'aria-label': 'Legend' },
    entries.map(([kind, text, meaning]) =>
      createElement('li', {}, createElement('span', { class: `node ${kind}`, 'aria-hidden': true }, text), meaning),
    ),
  );
}
