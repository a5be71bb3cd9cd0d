import type { LevelView, NodeView, RetestView } from '../runView.ts';
import { counted, fold, h, nameOf, points, said, scroller, type Child } from './dom.ts';
import type { App } from './app.ts';

/** Where the judge was silent, and where what it said did not decide. */
export function judge(app: App): Child {
  const { levels, nodes } = app.view;
  const cuts = levels.filter((l) => l.pruned > 0).length;
  const tied = levels.filter((l) => l.tie !== null);
  const missing = nodes.filter((n) => n.missing !== null);
  const partly = nodes.filter((n) => n.unscored.length > 0);
  return [
    app.view.judges > 1 &&
      h(
        'p',
        {},
        `${app.view.judges} judges: of each aspect the median of their points counts, with the remark of the judge nearest to it.`,
      ),
    app.view.ranked && ties(app, cuts, tied),
    h('h3', {}, 'Missing judgements'),
    missing.length
      ? list(app, 'judge-missing', missing, (n) => said(n.missing ?? ''))
      : h('p', {}, 'None: each node was judged.'),
    partly.length > 0 && [
      h('h3', {}, 'Aspects left out'),
      list(app, 'judge-partly', partly, (n) => n.unscored.map((a, i) => [i > 0 && ', ', said(a)])),
    ],
    app.view.retest && again(app.view.retest),
  ];
}

/** How far the judge agrees with itself. */
function again({ judgements, scores, spread, rewardSpread }: RetestView): Child {
  const told =
    spread === null
      ? `The judge was asked again about ${counted(judgements, 'response')}; no score could be compared.`
      : `The judge was asked again about ${counted(judgements, 'response')}: one score varies by ${points(spread)} points, a reward by ${points(rewardSpread)} (standard deviation, ${counted(scores, 'pair')} of scores).`;
  return [h('h3', {}, 'Asked again'), h('p', {}, told)];
}

/** Where equals stood on both sides of a cut. */
function ties(app: App, cuts: number, tied: readonly LevelView[]): Child {
  return [
    h('h3', {}, 'Ties at the cut'),
    tied.length
      ? [
          h(
            'p',
            {},
            `On ${tied.length} of ${counted(cuts, 'level')} with something to prune, nodes of equal rank stood on both sides of the cut: their order decided, not the judge.`,
          ),
          tieTable(app, tied),
        ]
      : h(
          'p',
          {},
          cuts
            ? `None: on each of the ${counted(cuts, 'level')} with something to prune, the judge decided.`
            : 'Nothing was pruned, so nothing was decided.',
        ),
  ];
}

function tieTable(app: App, tied: readonly LevelView[]): HTMLElement {
  const head = h(
    'tr',
    {},
    ['Level', 'Value', 'Kept', 'Pruned'].map((t) => h('th', { scope: 'col' }, t)),
  );
  const rows = tied.map(({ depth, tie }) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, String(depth)),
      h('td', {}, points(tie?.value ?? null)),
      h('td', {}, links(app, tie?.kept ?? [])),
      h('td', {}, links(app, tie?.pruned ?? [])),
    ),
  );
  return scroller('Ties at the cut', h('table', { class: 'plain ties' }, h('thead', {}, head), h('tbody', {}, rows)));
}

const link = (app: App, { id }: NodeView, text: string): HTMLElement =>
  h('button', { type: 'button', class: 'link', click: () => app.select(id, 'go') }, text);
const links = (app: App, ids: readonly string[]): Child =>
  app.view.nodes.filter((n) => ids.includes(n.id)).map((n) => [link(app, n, `node ${n.column + 1}`), ' ']);

const FEW = 12;

function list(app: App, key: string, nodes: readonly NodeView[], what: (n: NodeView) => Child): HTMLElement {
  const items = nodes.map((n) => h('li', {}, link(app, n, nameOf(n)), ': ', what(n)));
  return items.length <= FEW ? h('ul', {}, items) : fold(key, false, counted(items.length, 'node'), h('ul', {}, items));
}
