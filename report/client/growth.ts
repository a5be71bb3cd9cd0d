import type { NodeView } from '../runView.ts';
import { block, brief, counted, fold, h, nameOf, type Child } from './dom.ts';
import type { App } from './app.ts';
import { changes, wordsIn, type Stretch } from './words.ts';

/** More steps than this are folded at first. */
const OPEN = 3;

/** The prompts along the best path, each as what it changed in the one before. */
export function growth(app: App): Child {
  const steps = runsOf(pathNodes(app));
  const [first, ...later] = steps;
  if (!first) return h('p', {}, 'Nothing was judged yet.');
  return [
    h(
      'p',
      { class: 'quiet' },
      later.length
        ? `${counted(later.length, 'new prompt')} on the best path. `
        : 'The first prompt was never replaced on the best path. ',
      later.length > 0 && [h('ins', {}, 'added'), ' ', h('del', {}, 'taken out'), ' since the prompt before.'],
    ),
    h(
      'ol',
      { class: 'growth' },
      step(app, 'growth-0', first, true, () => block(first.node.prompt), ''),
      later.map((run, i) => {
        const before = steps[i]?.node.prompt ?? '';
        return step(
          app,
          `growth-${run.node.id}`,
          run,
          i < OPEN || i === later.length - 1,
          () => difference(before, run.node.prompt),
          `${wordsIn(before)} → `,
        );
      }),
    ),
  ];
}

/** A prompt on the path, and the last level it was kept to. */
interface Run {
  node: NodeView;
  last: NodeView;
  rewards: (number | null)[];
}

function runsOf(path: readonly NodeView[]): Run[] {
  const runs: Run[] = [];
  for (const node of path) {
    const run = runs.at(-1);
    if (run && run.node.prompt === node.prompt)
      Object.assign(run, { last: node, rewards: [...run.rewards, node.reward] });
    else runs.push({ node, last: node, rewards: [node.reward] });
  }
  return runs;
}

/** The nodes of the best path, the root first. */
export function pathNodes({ view }: App): NodeView[] {
  const byId = new Map(view.nodes.map((n) => [n.id, n]));
  return view.path.flatMap((id) => byId.get(id) ?? []);
}

/** A step whose text is worked out when it is opened. */
function step(app: App, key: string, run: Run, open: boolean, text: () => HTMLElement, before: string): HTMLElement {
  const { node, last, rewards } = run;
  const levels = node.depth === last.depth ? `Level ${node.depth}` : `Levels ${node.depth}–${last.depth}`;
  const title = h('span', { class: 'title' }, node.depth === 0 ? `First prompt · ${levels.toLowerCase()}` : levels);
  const sizes = h('span', { class: 'quiet' }, `${before}${counted(wordsIn(node.prompt), 'word')}`);
  const marks = h('span', { class: 'quiet' }, `reward ${rewards.map(brief).join(' ')}`);
  const link = h(
    'button',
    { type: 'button', class: 'link', click: () => app.select(node.id, 'go') },
    `${nameOf(node)}: query, response and scores`,
  );
  const details = fold(key, open, [title, ' ', sizes, ' ', marks]);
  const fill = (): void => {
    if (details.open && details.childElementCount === 1) details.append(text(), h('p', {}, link));
  };
  details.addEventListener('toggle', fill);
  fill();
  return h('li', {}, details);
}

/** Differences worked out before, by the two texts: a page that is fed draws the same ones often. */
const known = new Map<string, Stretch[]>();

function changesOnce(from: string, to: string): Stretch[] {
  const key = JSON.stringify([from, to]);
  const found = known.get(key) ?? changes(from, to);
  known.set(key, found);
  return found;
}

/** The latter text with what it changed in the former: added words underlined, words taken out struck through. */
export function difference(from: string, to: string): HTMLElement {
  const tags = { same: 'span', gone: 'del', new: 'ins' } as const;
  return h(
    'div',
    { class: 'text diff', dir: 'auto' },
    changesOnce(from, to).map(({ kind, text }) => h(tags[kind], {}, text)),
  );
}
