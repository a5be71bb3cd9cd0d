import { toPrintable } from '../../run/progress.ts';
import { escapeMarkdown, formatMeanPoints, renderMarkdownTable } from '../justEval/table.ts';
import type { ComparedAnswers, ComparisonOutcome } from './comparisonOutcome.ts';
import { buildPromptTable, describeComparison, listRemarks } from './renderComparison.ts';

/** Characters of an answer that are shown. */
const MAX_ANSWER_CHARACTERS = 2000;
/** Characters of a page: GitHub shows a summary of 1 MiB at most. */
const MAX_PAGE_CHARACTERS = 500_000;

/** Renders a comparison as Markdown: verdicts, prompts, and the answers side by side, those with the largest losses first. */
export function renderComparisonMarkdown(outcome: ComparisonOutcome): string {
  const head = [
    '# Prompts compared',
    [...outcome.comparisons.map(describeComparison), ...listRemarks(outcome)]
      .map((line) => `- ${escapeMarkdown(line)}`)
      .join('\n'),
    renderMarkdownTable(buildPromptTable(outcome)),
  ];
  const rows = outcome.answers.filter(({ answers }) => answers.some((answer) => answer !== null));
  const sections = rows
    .toSorted((a, b) => findLargestLoss(b) - findLargestLoss(a))
    .map((row) => renderAnswers(row, outcome));
  const shown = takeUntilFull(sections, MAX_PAGE_CHARACTERS);
  const left = sections.length - shown.length;
  return toPrintable(
    [
      ...head,
      ...(shown.length > 0 ? ['## Answers side by side', 'The queries with the largest losses come first.'] : []),
      ...shown,
      ...(left > 0 ? [`${left} more queries are in result.json.`] : []),
    ].join('\n\n') + '\n',
  );
}

/** Points that the answer of another prompt lost against the first one's, at most. */
function findLargestLoss({ answers: [first, ...others] }: ComparedAnswers): number {
  const losses = others.flatMap((answer) =>
    first?.reward == null || answer?.reward == null ? [] : first.reward - answer.reward,
  );
  return Math.max(-Infinity, ...losses);
}

function renderAnswers({ query, expected, answers }: ComparedAnswers, { prompts }: ComparisonOutcome): string {
  const shown = prompts.flatMap(({ name }, i) => {
    const answer = answers[i];
    return answer ? [{ name, answer }] : [];
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `### ${toCell(query)}`,
    ...(expected === undefined ? [] : [`Expected: ${toCell(expected)}`]),
    [
      line(
        shown.map(
          ({ name, answer }) =>
            `${escapeMarkdown(name)}: ${answer.reward === null ? 'missing' : formatMeanPoints(answer.reward)}`,
        ),
      ),
      line(shown.map(() => '---')),
      line(
        shown.map(({ answer }) =>
          toCell(answer.reward === null && answer.missing !== undefined ? answer.missing : answer.response),
        ),
      ),
    ].join('\n'),
  ].join('\n\n');
}

/** A text in one line of Markdown: as code, so that no name in it notifies anybody and no address becomes a link. */
function toCell(text: string): string {
  const cut = text.length > MAX_ANSWER_CHARACTERS ? `${text.slice(0, MAX_ANSWER_CHARACTERS)}…` : text;
  return cut
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((part) => (part.trim() === '' ? '' : `<code>${escapeMarkdown(part)}</code>`))
    .join('<br>');
}

function takeUntilFull(sections: readonly string[], limit: number): string[] {
  let size = 0;
  return sections.filter(({ length }) => (size += length) <= limit);
}
