import type { LevelView, NodeView, JudgeReliabilityView } from '../runView.ts';
import {
  pluralizeCount,
  renderCollapsible,
  createElement,
  formatNodeName,
  formatScore,
  renderForeignText,
  renderScroller,
  type ElementChild,
} from './dom.ts';
import type { App } from './app.ts';

/** Where the judge was silent, and where what it said did not decide. */
export function renderJudgePart(app: App): ElementChild {
  const { levels, nodes } = app.view;
  const cuts = levels.filter((l) => l.pruned > 0).length;
  const tied = levels.filter((l) => l.tie !== null);
  const missing = nodes.filter((n) => n.missing !== null);
  const partly = nodes.filter((n) => n.unscored.length > 0);
  return [
    app.view.judges > 1 &&
      createElement(
        'p',
        {},
        `${app.view.judges} judges: of each aspect the median of their points counts, with the remark of the judge nearest to it.`,
      ),
    app.view.ranked && renderTies(app, cuts, tied),
    createElement('h3', {}, 'Missing judgements'),
    missing.length
      ? renderNodeList(app, 'judge-missing', missing, (n) => renderForeignText(n.missing ?? ''))
      : createElement('p', {}, 'None: each node was judged.'),
    partly.length > 0 && [
      createElement('h3', {}, 'Aspects left out'),
      renderNodeList(app, 'judge-partly', partly, (n) =>
        n.unscored.map((a, i) => [i > 0 && ', ', renderForeignText(a)]),
      ),
    ],
    app.view.retest && renderJudgeReliability(app.view.retest),
  ];
}

/** How far the judge agrees with itself. */
function renderJudgeReliability({ judgements, scores, spread, rewardSpread }: JudgeReliabilityView): ElementChild {
  const told =
    spread === null
      ? `The judge was asked again about ${pluralizeCount(judgements, 'response')}; no score could be compared.`
      : `The judge was asked again about ${pluralizeCount(judgements, 'response')}: one score varies by ${formatScore(spread)} points, a reward by ${formatScore(rewardSpread)} (standard deviation, ${pluralizeCount(scores, 'pair')} of scores).`;
  return [createElement('h3', {}, 'Asked again'), createElement('p', {}, told)];
}

/** Where equals stood on both sides of a cut. */
function renderTies(app: App, cuts: number, tied: readonly LevelView[]): ElementChild {
  return [
    createElement('h3', {}, 'Ties at the cut'),
    tied.length
      ? [
          createElement(
            'p',
            {},
            `On ${tied.length} of ${pluralizeCount(cuts, 'level')} with something to prune, nodes of equal rank stood on both sides of the cut: their order decided, not the judge.`,
          ),
          renderTieTable(app, tied),
        ]
      : createElement(
          'p',
          {},
          cuts
            ? `None: on each of the ${pluralizeCount(cuts, 'level')} with something to prune, the judge decided.`
            : 'Nothing was pruned, so nothing was decided.',
        ),
  ];
}

function renderTieTable(app: App, tied: readonly LevelView[]): HTMLElement {
  const head = createElement(
    'tr',
    {},
    ['Level', 'Value', 'Kept', 'Pruned'].map((t) => createElement('th', { scope: 'col' }, t)),
  );
  const rows = tied.map(({ depth, tie }) =>
    createElement(
      'tr',
      {},
      createElement('th', { scope: 'row' }, String(depth)),
      createElement('td', {}, formatScore(tie?.value ?? null)),
      createElement('td', {}, renderNodeLinks(app, tie?.kept ?? [])),
      createElement('td', {}, renderNodeLinks(app, tie?.pruned ?? [])),
    ),
  );
  return renderScroller(
    'Ties at the cut',
    createElement('table', { class: 'plain ties' }, createElement('thead', {}, head), createElement('tbody', {}, rows)),
  );
}

const renderNodeLink = (app: App, { id }: NodeView, text: string): HTMLElement =>
  createElement('button', { type: 'button', class: 'link', click: () => app.select(id, 'go') }, text);
const renderNodeLinks = (app: App, ids: readonly string[]): ElementChild =>
  app.view.nodes.filter((n) => ids.includes(n.id)).map((n) => [renderNodeLink(app, n, `node ${n.column + 1}`), ' ']);

const MAX_UNFOLDED_ITEMS = 12;

function renderNodeList(
  app: App,
  key: string,
  nodes: readonly NodeView[],
  what: (n: NodeView) => ElementChild,
): HTMLElement {
  const items = nodes.map((n) => createElement('li', {}, renderNodeLink(app, n, formatNodeName(n)), ': ', what(n)));
  return items.length <= MAX_UNFOLDED_ITEMS
    ? createElement('ul', {}, items)
    : renderCollapsible(key, false, pluralizeCount(items.length, 'node'), createElement('ul', {}, items));
}
