import type { NodeView } from '../runView.ts';
import {
  renderTextBlock,
  formatShortScore,
  pluralizeCount,
  renderCollapsible,
  createElement,
  formatNodeName,
  type ElementChild,
} from './dom.ts';
import type { App } from './app.ts';
import { diffTexts, countTextWords, type DiffSegment } from './diffTexts.ts';

/** More steps than this are folded at first. */
const MAX_OPEN_STEPS = 3;

/** The prompts along the best path, each as what it changed in the one before. */
export function renderGrowthPart(app: App): ElementChild {
  const steps = groupByPrompt(listPathNodes(app));
  const [first, ...later] = steps;
  if (!first) return createElement('p', {}, 'Nothing was judged yet.');
  return [
    createElement(
      'p',
      { class: 'quiet' },
      later.length
        ? `${pluralizeCount(later.length, 'new prompt')} on the best path. `
        : 'The first prompt was never replaced on the best path. ',
      later.length > 0 && [
        createElement('ins', {}, 'added'),
        ' ',
        createElement('del', {}, 'taken out'),
        ' since the prompt before.',
      ],
    ),
    createElement(
      'ol',
      { class: 'growth' },
      renderStep(app, 'growth-0', first, true, () => renderTextBlock(first.node.prompt), ''),
      later.map((run, i) => {
        const before = steps[i]?.node.prompt ?? '';
        return renderStep(
          app,
          `growth-${run.node.id}`,
          run,
          i < MAX_OPEN_STEPS || i === later.length - 1,
          () => renderDifference(before, run.node.prompt),
          `${countTextWords(before)} → `,
        );
      }),
    ),
  ];
}

/** A prompt on the path, and the last level it was kept to. */
interface PromptSpan {
  node: NodeView;
  last: NodeView;
  rewards: (number | null)[];
}

function groupByPrompt(path: readonly NodeView[]): PromptSpan[] {
  const runs: PromptSpan[] = [];
  for (const node of path) {
    const run = runs.at(-1);
    if (run && run.node.prompt === node.prompt)
      Object.assign(run, { last: node, rewards: [...run.rewards, node.reward] });
    else runs.push({ node, last: node, rewards: [node.reward] });
  }
  return runs;
}

/** The nodes of the best path, the root first. */
export function listPathNodes({ view }: App): NodeView[] {
  const byId = new Map(view.nodes.map((n) => [n.id, n]));
  return view.path.flatMap((id) => byId.get(id) ?? []);
}

/** A step whose text is worked out when it is opened. */
function renderStep(
  app: App,
  key: string,
  run: PromptSpan,
  open: boolean,
  text: () => HTMLElement,
  before: string,
): HTMLElement {
  const { node, last, rewards } = run;
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
  const marks = createElement('span', { class: 'quiet' }, `reward ${rewards.map(formatShortScore).join(' ')}`);
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

/** Differences worked out before, by the two texts: a page that is fed draws the same ones often. */
const segmentCache = new Map<string, DiffSegment[]>();

function getCachedSegments(from: string, to: string): DiffSegment[] {
  const key = JSON.stringify([from, to]);
  const found = segmentCache.get(key) ?? diffTexts(from, to);
  segmentCache.set(key, found);
  return found;
}

/** The latter text with what it changed in the former: added words underlined, words taken out struck through. */
export function renderDifference(from: string, to: string): HTMLElement {
  const tags = { same: 'span', gone: 'del', new: 'ins' } as const;
  return createElement(
    'div',
    { class: 'text diff', dir: 'auto' },
    getCachedSegments(from, to).map(({ kind, text }) => createElement(tags[kind], {}, text)),
  );
}
