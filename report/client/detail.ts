import type { NodeView } from '../runView.ts';
import { block, counted, fold, h, nameOf, points, said, type Child } from './dom.ts';
import { difference } from './growth.ts';
import type { App } from './app.ts';
import { keepPlace } from './place.ts';

const FATE = { kept: 'kept', pruned: 'pruned', open: 'not decided yet' };

/** The chosen node's detail, brought up to date in `side` where what it shows has changed. */
export function makeDetail(app: App, side: HTMLElement, close: () => void): { update: () => void } {
  let shown = '';
  const update = (): void => {
    const of = (id: string | null): NodeView | undefined => app.view.nodes.find((n) => n.id === id);
    const node = of(app.selected);
    const about = node && { node, parent: of(node.parent), children: childrenOf(app, node), tags: tagsOf(app, node) };
    if (shown === (shown = JSON.stringify(about) ?? 'none')) return;
    keepPlace(side, () => side.replaceChildren(...(about ? detail(app, about, close) : [nothing()])));
  };
  return { update };
}

const nothing = (): HTMLElement => h('p', { class: 'quiet' }, 'Nothing was judged yet.');

interface About {
  node: NodeView;
  parent: NodeView | undefined;
  children: NodeView[];
  tags: string[];
}

/** All there is to know of a node. */
function detail(app: App, { node, parent, children, tags }: About, close: () => void): HTMLElement[] {
  return [
    h(
      'div',
      { class: 'bar' },
      h('h3', {}, nameOf(node)),
      h('button', { type: 'button', class: 'close', click: close }, 'Close'),
    ),
    h(
      'p',
      { class: 'tags' },
      tags.map((t) => h('span', {}, t)),
    ),
    h(
      'p',
      { class: 'marks' },
      h('strong', {}, points(node.reward)),
      ' reward',
      node.depth > 0 && [' · ', h('strong', {}, points(node.value)), ' mean along its path'],
    ),
    node.missing !== null && h('p', { class: 'warn' }, h('strong', {}, 'No judgement: '), said(node.missing)),
    fold('detail-query', true, 'Query', block(node.query)),
    fold('detail-response', true, 'Response', block(node.response)),
    fold('detail-scores', true, 'Scores', scores(node)),
    fold(
      'detail-prompt',
      true,
      promptTitle(node),
      parent && !node.unchanged ? difference(parent.prompt, node.prompt) : block(node.prompt),
    ),
    relatives(app, node, children),
    h('p', { class: 'quiet id' }, 'Its id: ', said(node.id)),
  ].filter((part) => part !== false);
}

const childrenOf = ({ view }: App, { id }: NodeView): NodeView[] => view.nodes.filter((n) => n.parent === id);

const promptTitle = (n: NodeView): string =>
  n.depth === 0
    ? 'System prompt'
    : n.unchanged
      ? 'System prompt, as in its parent'
      : 'System prompt, with what changed since its parent';

function fateOf(view: App['view'], n: NodeView): string {
  if (n.fate !== 'pruned') return FATE[n.fate];
  if (n.id === view.best.id) return 'chosen in the final';
  return view.ranked ? FATE.pruned : 'not expanded';
}

function tagsOf({ view }: App, n: NodeView): string[] {
  const tie = view.levels[n.depth]?.tie;
  const tied = tie && (tie.kept.includes(n.id) || tie.pruned.includes(n.id));
  return [
    fateOf(view, n),
    ...(n.depth === 0 ? [] : [n.unchanged ? 'prompt kept' : 'new prompt']),
    ...(n.id === view.best.id ? ['best'] : n.onPath ? ['on the best path'] : []),
    ...(tied ? ['tied at the cut'] : []),
  ];
}

function scores({ scores: given, unscored }: NodeView): HTMLElement {
  if (!given.length) return h('p', { class: 'quiet' }, 'None.');
  return h(
    'dl',
    { class: 'scores' },
    given.map(({ aspect, score, rationale }) =>
      h('div', {}, h('dt', {}, said(aspect), ' ', meter(score)), h('dd', { dir: 'auto' }, rationale)),
    ),
    unscored.map((aspect) =>
      h('div', {}, h('dt', {}, said(aspect)), h('dd', { class: 'quiet' }, 'Asked for, not scored.')),
    ),
  );
}

const meter = (score: number): HTMLElement =>
  h(
    'span',
    { class: 'meter' },
    h('span', { 'aria-hidden': true }, '●'.repeat(Math.round(score)) + '○'.repeat(Math.max(0, 5 - Math.round(score)))),
    ` ${score} of 5`,
  );

function relatives(app: App, node: NodeView, children: readonly NodeView[]): HTMLElement {
  const link = (id: string, text: string): Child =>
    h('button', { type: 'button', class: 'link', click: () => app.select(id, 'go') }, text);
  return h(
    'p',
    { class: 'relatives' },
    node.parent !== null && link(node.parent, '↑ parent'),
    children.map((c, i) => link(c.id, `↓ child ${i + 1}: ${points(c.reward)}`)),
    children.length === 0 && h('span', { class: 'quiet' }, counted(0, 'child', 'children')),
  );
}
