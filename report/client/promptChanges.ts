import type { NodeView } from '../runView.ts';
import { createElement, type ElementChild, renderCollapsible, renderTextBlock } from './dom.ts';
import { formatNodeName, formatShortScore, pluralizeCount } from './format.ts';
import type { App } from './app.ts';
import { diffTexts, countTextWords, type DiffSegment } from './diffTexts.ts';

/** Later steps, except the last, are collapsed at first. */
const MAX_OPEN_STEPS = 3;

/** The prompts along the best path, each with its changes to the prompt before. */
export function renderChangesPart(app: App): ElementChild {
  const steps = groupByPrompt(listPathNodes(app));
  const [first, ...later] = steps;
  if (!first) return createElement('p', {}, 'No candidate is judged yet.');
  return [
    createElement(
      'p',
      { class: 'quiet' },
      later.length
        ? `${pluralizeCount(later.length, 'new prompt')} on the best path. `
        : 'The best path kept the first prompt. ',
      later.length > 0 && [
        'Changes to the prompt before: ',
        createElement('ins', {}, 'added'),
        ', ',
        createElement('del', {}, 'removed'),
        '.',
      ],
    ),
    createElement(
      'ol',
      { class: 'changes' },
      renderStep(app, 'changes-0', first, true, () => renderTextBlock(first.node.prompt), ''),
      later.map((span, i) => {
        const before = steps[i]?.node.prompt ?? '';
        return renderStep(
          app,
          `changes-${span.node.id}`,
          span,
          i < MAX_OPEN_STEPS || i === later.length - 1,
          () => renderDifference(before, span.node.prompt),
          `${countTextWords(before)} → `,
        );
      }),
    ),
  ];
}

/** A prompt on the path, from its first node to its last. */
interface PromptSpan {
  node: NodeView;
  last: NodeView;
  rewards: (number | null)[];
}

function groupByPrompt(path: readonly NodeView[]): PromptSpan[] {
  const spans: PromptSpan[] = [];
  for (const node of path) {
    const span = spans.at(-1);
    if (span && span.node.prompt === node.prompt)
      Object.assign(span, { last: node, rewards: [...span.rewards, node.reward] });
    else spans.push({ node, last: node, rewards: [node.reward] });
  }
  return spans;
}

/** The nodes of the best path, the root first. */
export function listPathNodes({ view }: App): NodeView[] {
  const byId = new Map(view.nodes.map((n) => [n.id, n]));
  return view.path.flatMap((id) => byId.get(id) ?? []);
}

/** A step that renders its text when it is opened. */
function renderStep(
  app: App,
  key: string,
  span: PromptSpan,
  open: boolean,
  text: () => HTMLElement,
  before: string,
): HTMLElement {
  const { node, last, rewards } = span;
  const levels = node.depth === last.depth ? `Level ${node.depth}` : `Levels ${node.depth}–${last.depth}`;
  const title = createElement(
    'span',
    { class: 'title' },
    node.depth === 0 ? `First prompt · ${levels.toLowerCase()}` : levels,
  );
  const sizes = createElement(
    'span',
    { class: 'quiet' },
    `${before}${pluralizeCount(countTextWords(node.prompt), 'word')}`,
  );
  const rewardList = `${rewards.length === 1 ? 'reward' : 'rewards'} ${rewards.map(formatShortScore).join(', ')}`;
  const marks = createElement('span', { class: 'quiet' }, rewardList);
  const link = createElement(
    'button',
    { type: 'button', class: 'link', click: () => app.select(node.id, 'go') },
    `${formatNodeName(node)}: query, response and scores`,
  );
  const details = renderCollapsible(key, open, [title, ' ', sizes, ' ', marks]);
  const fill = (): void => {
    if (details.open && details.childElementCount === 1) details.append(text(), createElement('p', {}, link));
  };
  details.addEventListener('toggle', fill);
  fill();
  return createElement('li', {}, details);
}

/** Differences by their two texts. The page of a running search draws the same ones often. */
const segmentCache = new Map<string, DiffSegment[]>();

function getCachedSegments(from: string, to: string): DiffSegment[] {
  const key = JSON.stringify([from, to]);
  const segments = segmentCache.get(key) ?? diffTexts(from, to);
  segmentCache.set(key, segments);
  return segments;
}

/** The new text with its changes: added words are underlined, removed words are struck through. */
export function renderDifference(from: string, to: string): HTMLElement {
  const tags = { same: 'span', removed: 'del', added: 'ins' } as const;
  return createElement(
    'div',
    { class: 'text diff', dir: 'auto' },
    getCachedSegments(from, to).map(({ kind, text }) => createElement(tags[kind], {}, text)),
  );
}
