import type { AnswerPairView, AnswerView, RunView } from '../runView.ts';
import type { App } from './app.ts';
import { createElement, type ElementChild, renderCollapsible, renderForeignText, renderTextBlock } from './dom.ts';
import { formatScore, formatScoreDifference, pluralizeCount } from './format.ts';
import { renderScores } from './renderScores.ts';

/** Later queries are collapsed at first. */
const MAX_OPEN_QUERIES = 2;

/** The fresh queries, each with the answers of both prompts side by side. */
export function renderAnswersPart({ view }: App): ElementChild {
  const differences = view.answers.map(findDifference);
  const count = (holds: (difference: number) => boolean): number =>
    differences.filter((difference) => difference !== null && holds(difference)).length;
  const [better, worse, equal] = [count((d) => d > 0), count((d) => d < 0), count((d) => d === 0)];
  return [
    createElement(
      'p',
      {},
      `Both prompts answered ${pluralizeCount(view.answers.length, 'query', 'queries')} that the search had not used. The new prompt scored more on ${better}, less on ${worse} and the same on ${equal}.`,
    ),
    view.answers.map((pair, i) => renderPair(view, pair, i, differences[i] ?? null)),
  ];
}

const findDifference = ({ first, challenger }: AnswerPairView): number | null =>
  first.reward === null || challenger.reward === null ? null : challenger.reward - first.reward;

const renderPair = (
  { subject }: RunView,
  { query, first, challenger }: AnswerPairView,
  i: number,
  difference: number | null,
): HTMLElement =>
  renderCollapsible(
    `answers-${i}`,
    i < MAX_OPEN_QUERIES,
    [
      renderForeignText(query),
      createElement('span', { class: 'quiet' }, difference === null ? 'not judged' : formatScoreDifference(difference)),
    ],
    createElement(
      'div',
      { class: 'answers' },
      renderAnswer('First prompt', first, subject),
      renderAnswer('New prompt', challenger, subject),
    ),
  );

const renderAnswer = (
  title: string,
  { response, reward, scores }: AnswerView,
  subject: RunView['subject'],
): HTMLElement =>
  createElement(
    'div',
    {},
    createElement('h3', {}, `${title}: ${reward === null ? 'not judged' : `${formatScore(reward)} of 5`}`),
    renderTextBlock(response),
    createElement('h4', {}, 'Points and reasons'),
    renderScores(scores, subject),
  );
