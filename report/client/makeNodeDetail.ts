import type { NodeView } from '../runView.ts';
import { createElement, type ElementChild, renderCollapsible, renderForeignText, renderTextBlock } from './dom.ts';
import { formatNodeName, formatScore, pluralizeCount } from './format.ts';
import { renderScores } from './renderScores.ts';
import { renderDifference } from './promptChanges.ts';
import type { App } from './app.ts';
import { keepReaderState } from './readerState.ts';

const FATE_LABELS = { kept: 'kept', pruned: 'pruned', open: 'not decided yet' };

/** Shows the details of the selected node in `side` and updates them if they change. */
export function makeNodeDetail(app: App, side: HTMLElement, close: () => void): { update: () => void } {
  let shownContent = '';
  const update = (): void => {
    const findNode = (id: string | null): NodeView | undefined => app.view.nodes.find((n) => n.id === id);
    const node = findNode(app.selectedId);
    const content = node && {
      node,
      parent: findNode(node.parent),
      children: findChildren(app, node),
      tags: listTags(app, node),
    };
    if (shownContent === (shownContent = JSON.stringify(content) ?? 'none')) return;
    keepReaderState(side, () =>
      side.replaceChildren(...(content ? renderDetail(app, content, close) : [renderEmptyDetail()])),
    );
  };
  return { update };
}

const renderEmptyDetail = (): HTMLElement => createElement('p', { class: 'quiet' }, 'No candidate is judged yet.');

interface DetailContent {
  node: NodeView;
  parent: NodeView | undefined;
  children: NodeView[];
  tags: string[];
}

/** All details of a node. */
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
      node.depth > 0 && [' · ', createElement('strong', {}, formatScore(node.value)), ' mean reward along its path'],
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
    renderCollapsible(
      'detail-scores',
      true,
      'Scores',
      renderScores(node.scores, { unscored: node.unscored, ...app.view.subject }),
    ),
    renderCollapsible(
      'detail-prompt',
      true,
      formatPromptTitle(node),
      parent && !node.unchanged ? renderDifference(parent.prompt, node.prompt) : renderTextBlock(node.prompt),
    ),
    renderRelatives(app, node, children),
    createElement('p', { class: 'quiet id' }, 'Id: ', renderForeignText(node.id)),
  ].filter((part) => part !== false);
}

const findChildren = ({ view }: App, { id }: NodeView): NodeView[] => view.nodes.filter((n) => n.parent === id);

const formatPromptTitle = (n: NodeView): string =>
  n.depth === 0
    ? 'System prompt'
    : n.unchanged
      ? 'System prompt, same as its parent'
      : 'System prompt, with its changes to the parent';

function describeFate(view: App['view'], n: NodeView): string {
  if (n.fate !== 'pruned') return FATE_LABELS[n.fate];
  if (n.id === view.best.id) return 'won the final comparison';
  return view.ranked ? FATE_LABELS.pruned : 'not expanded';
}

function listTags({ view }: App, n: NodeView): string[] {
  const tie = view.levels[n.depth]?.tie;
  const tied = tie && (tie.kept.includes(n.id) || tie.pruned.includes(n.id));
  return [
    describeFate(view, n),
    ...(n.depth === 0 ? [] : [n.unchanged ? 'same prompt' : 'new prompt']),
    ...(n.id === view.best.id ? ['best'] : n.onPath ? ['on the best path'] : []),
    ...(tied ? ['tied at the cut'] : []),
  ];
}

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
