import type { LevelView, NodeView, JudgeReliabilityView } from '../runView.ts';
import {
  createElement,
  type ElementChild,
  renderCollapsible,
  renderForeignText,
  renderPlainTable,
  renderScroller,
} from './dom.ts';
import { formatNodeName, formatScore, isJudgeConstant, pluralizeCount } from './format.ts';
import type { App } from './app.ts';

/** Ties at the cut, missing judgements, and how well the judge agrees with itself. */
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
        `${app.view.judges} judges score each response. The median of their scores counts, with the remark of the judge closest to it.`,
      ),
    app.view.ranked && renderTies(app, cuts, tied),
    renderTiedLevels(levels),
    createElement('h3', {}, 'Missing judgements'),
    missing.length
      ? renderNodeList(app, 'judge-missing', missing, (n) => renderForeignText(n.missing ?? ''))
      : createElement('p', {}, 'None. Every node was judged.'),
    partly.length > 0 && [
      createElement('h3', {}, 'Missing scores'),
      renderNodeList(app, 'judge-partly', partly, (n) =>
        n.unscored.map((a, i) => [i > 0 && ', ', renderForeignText(a)]),
      ),
    ],
    app.view.reliability && renderJudgeReliability(app.view.reliability, isJudgeConstant(app.view)),
  ];
}

/** How well the judge agrees with itself. */
function renderJudgeReliability(
  { judgements, scores, spread, rewardSpread }: JudgeReliabilityView,
  isConstant: boolean,
): ElementChild {
  const repeats = `${pluralizeCount(judgements, 'response')} ${judgements === 1 ? 'was' : 'were'} judged twice`;
  const text =
    spread === null
      ? `${repeats}, but no score could be compared.`
      : `${formatScore(spread)} points per score and ${formatScore(rewardSpread)} points per reward (standard deviation). ${repeats}, which gave ${pluralizeCount(scores, 'pair')} of scores.`;
  const caution = isConstant ? ' It gives all answers the same points, so this is no sign of a good judge.' : '';
  return [createElement('h3', {}, 'Judge noise'), createElement('p', {}, text + caution)];
}

/** The levels on which no candidate was better than another. */
function renderTiedLevels(levels: readonly LevelView[]): ElementChild {
  const tied = levels.flatMap(({ depth, tiedAt }) => (tiedAt === null ? [] : `${depth} (${formatScore(tiedAt)})`));
  return (
    tied.length > 0 && [
      createElement('h3', {}, 'Levels on which all candidates tie'),
      createElement('p', {}, `Level, with the reward of all its candidates: ${tied.join(', ')}.`),
    ]
  );
}

/** The levels with nodes of equal rank on both sides of the cut. */
function renderTies(app: App, cuts: number, tied: readonly LevelView[]): ElementChild {
  return [
    createElement('h3', {}, 'Ties at the cut'),
    tied.length
      ? [
          createElement(
            'p',
            {},
            `On ${tied.length} of the ${pluralizeCount(cuts, 'level')} with pruned nodes, a kept and a pruned node had the same rank. There, list order decided and not the judge.`,
          ),
          renderTieTable(app, tied),
        ]
      : createElement(
          'p',
          {},
          cuts
            ? `None. The judge decided on each of the ${pluralizeCount(cuts, 'level')} with pruned nodes.`
            : 'None. No node was pruned.',
        ),
  ];
}

const renderTieTable = (app: App, tied: readonly LevelView[]): HTMLElement =>
  renderScroller(
    'Ties at the cut',
    renderPlainTable(
      'ties',
      ['Level', 'Value', 'Kept', 'Pruned'],
      tied.map(({ depth, tie }) => [
        String(depth),
        formatScore(tie?.value ?? null),
        renderNodeLinks(app, tie?.kept ?? []),
        renderNodeLinks(app, tie?.pruned ?? []),
      ]),
    ),
  );

const renderNodeLink = (app: App, { id }: NodeView, text: string): HTMLElement =>
  createElement('button', { type: 'button', class: 'link', click: () => app.select(id, 'go') }, text);
const renderNodeLinks = (app: App, ids: readonly string[]): ElementChild =>
  app.view.nodes.filter((n) => ids.includes(n.id)).map((n) => [renderNodeLink(app, n, `node ${n.column + 1}`), ' ']);

const MAX_UNFOLDED_ITEMS = 12;

function renderNodeList(
  app: App,
  key: string,
  nodes: readonly NodeView[],
  renderItem: (n: NodeView) => ElementChild,
): HTMLElement {
  const items = nodes.map((n) =>
    createElement('li', {}, renderNodeLink(app, n, formatNodeName(n)), ': ', renderItem(n)),
  );
  return items.length <= MAX_UNFOLDED_ITEMS
    ? createElement('ul', {}, items)
    : renderCollapsible(key, false, pluralizeCount(items.length, 'node'), createElement('ul', {}, items));
}
