import type { NodeView } from '../runView.ts';
import {
  renderTextBlock,
  pluralizeCount,
  renderCollapsible,
  createElement,
  formatNodeName,
  formatScore,
  renderForeignText,
  type ElementChild,
} from './dom.ts';
import { renderDifference } from './promptGrowth.ts';
import type { App } from './app.ts';
import { keepReaderState } from './readerState.ts';

const FATE_LABELS = { kept: 'kept', pruned: 'pruned', open: 'not decided yet' };

/** The chosen node's detail, brought up to date in `side` where what it shows has changed. */
export function makeNodeDetail(app: App, side: HTMLElement, close: () => void): { update: () => void } {
  let shown = '';
  const update = (): void => {
    const of = (id: string | null): NodeView | undefined => app.view.nodes.find((n) => n.id === id);
    const node = of(app.selectedId);
    const about = node && {
      node,
      parent: of(node.parent),
      children: findChildren(app, node),
      tags: listTags(app, node),
    };
    if (shown === (shown = JSON.stringify(about) ?? 'none')) return;
    keepReaderState(side, () =>
      side.replaceChildren(...(about ? renderDetail(app, about, close) : [renderEmptyDetail()])),
    );
  };
  return { update };
}

const renderEmptyDetail = (): HTMLElement => createElement('p', { class: 'quiet' }, 'Nothing was judged yet.');

interface DetailContent {
  node: NodeView;
  parent: NodeView | undefined;
  children: NodeView[];
  tags: string[];
}

/** All there is to know of a node. */
function renderDetail(app: App, { node, parent, children, tags }: DetailContent, close: () => void): HTMLElement[] {
  return [
    createElement(
      'div',
      { class: 'bar' },
      createElement('h3', {}, formatNodeName(node)),
      createElement('button', { type: 'button', class: 'close', click: close }, 'Close'),
    ),
    createElement(
      'p',
      { class: 'tags' },
      tags.map((t) => createElement('span', {}, t)),
    ),
    createElement(
      'p',
      { class: 'marks' },
      createElement('strong', {}, formatScore(node.reward)),
      ' reward',
      node.depth > 0 && [' · ', createElement('strong', {}, formatScore(node.value)), ' mean along its path'],
    ),
    node.missing !== null &&
      createElement(
        'p',
        { class: 'warn' },
        createElement('strong', {}, 'No judgement: '),
        renderForeignText(node.missing),
      ),
    renderCollapsible('detail-query', true, 'Query', renderTextBlock(node.query)),
    renderCollapsible('detail-response', true, 'Response', renderTextBlock(node.response)),
    renderCollapsible('detail-scores', true, 'Scores', renderScores(node)),
    renderCollapsible(
      'detail-prompt',
      true,
      formatPromptTitle(node),
      parent && !node.unchanged ? renderDifference(parent.prompt, node.prompt) : renderTextBlock(node.prompt),
    ),
    renderRelatives(app, node, children),
    createElement('p', { class: 'quiet id' }, 'Its id: ', renderForeignText(node.id)),
  ].filter((part) => part !== false);
}

const findChildren = ({ view }: App, { id }: NodeView): NodeView[] => view.nodes.filter((n) => n.parent === id);

const formatPromptTitle = (n: NodeView): string =>
  n.depth === 0
    ? 'System prompt'
    : n.unchanged
      ? 'System prompt, as in its parent'
      : 'System prompt, with what changed since its parent';

function describeFate(view: App['view'], n: NodeView): string {
  if (n.fate !== 'pruned') return FATE_LABELS[n.fate];
  if (n.id === view.best.id) return 'chosen in the final';
  return view.ranked ? FATE_LABELS.pruned : 'not expanded';
}

function listTags({ view }: App, n: NodeView): string[] {
  const tie = view.levels[n.depth]?.tie;
  const tied = tie && (tie.kept.includes(n.id) || tie.pruned.includes(n.id));
  return [
    describeFate(view, n),
    ...(n.depth === 0 ? [] : [n.unchanged ? 'prompt kept' : 'new prompt']),
    ...(n.id === view.best.id ? ['best'] : n.onPath ? ['on the best path'] : []),
    ...(tied ? ['tied at the cut'] : []),
  ];
}

function renderScores({ scores: given, unscored }: NodeView): HTMLElement {
  if (!given.length) return createElement('p', { class: 'quiet' }, 'None.');
  return createElement(
    'dl',
    { class: 'scores' },
    given.map(({ aspect, score, rationale }) =>
      createElement(
        'div',
        {},
        createElement('dt', {}, renderForeignText(aspect), ' ', renderScoreMeter(score)),
        createElement('dd', { dir: 'auto' }, rationale),
      ),
    ),
    unscored.map((aspect) =>
      createElement(
        'div',
        {},
        createElement('dt', {}, renderForeignText(aspect)),
        createElement('dd', { class: 'quiet' }, 'Asked for, not scored.'),
      ),
    ),
  );
}

const renderScoreMeter = (score: number): HTMLElement =>
  createElement(
    'span',
    { class: 'meter' },
    createElement(
      'span',
      { 'aria-hidden': true },
      '●'.repeat(Math.round(score)) + '○'.repeat(Math.max(0, 5 - Math.round(score))),
    ),
    ` ${score} of 5`,
  );

function renderRelatives(app: App, node: NodeView, children: readonly NodeView[]): HTMLElement {
  const link = (id: string, text: string): ElementChild =>
    createElement('button', { type: 'button', class: 'link', click: () => app.select(id, 'go') }, text);
  return createElement(
    'p',
    { class: 'relatives' },
    node.parent !== null && link(node.parent, '↑ parent'),
    children.map((c, i) => link(c.id, `↓ child ${i + 1}: ${formatScore(c.reward)}`)),
    children.length === 0 && createElement('span', { class: 'quiet' }, pluralizeCount(0, 'child', 'children')),
  );
}
