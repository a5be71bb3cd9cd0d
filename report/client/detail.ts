import type { NodeView } from '../runView.ts';
import { block, counted, fold, h, nameOf, points, said, type Child } from './dom.ts';
import { difference } from './growth.ts';
import type { App } from './app.ts';

const FATE = { kept: 'kept', pruned: 'pruned', open: 'not decided yet' };

/** All there is to know of the chosen node. */
export function detail(app: App, close: () => void): HTMLElement[] {
  const node = app.view.nodes.find((n) => n.id === app.selected);
  if (!node) return [h('p', {}, 'Nothing was judged yet.')];
  const parent = app.view.nodes.find((n) => n.id === node.parent);
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
      tagsOf(app, node).map((t) => h('span', {}, t)),
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
    relatives(app, node),
    h('p', { class: 'quiet id' }, 'Its id: ', said(node.id)),
  ].filter((part) => part !== false);
}

const promptTitle = (n: NodeView): string =>
  n.depth === 0
    ? 'System prompt'
    : n.unchanged
      ? 'System prompt, as in its parent'
      : 'System prompt, with what changed since its parent';

function tagsOf({ view }: App, n: NodeView): string[] {
  const tie = view.levels[n.depth]?.tie;
  const tied = tie && (tie.kept.includes(n.id) || tie.pruned.includes(n.id));
  return [
    FATE[n.fate],
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

function relatives(app: App, node: NodeView): HTMLElement {
  const children = app.view.nodes.filter((n) => n.parent === node.id);
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
