import { formatModelName } from '../../run/describeModel.ts';
import { describeVerdict } from '../../run/describeVerdict.ts';
import { toPrintable } from '../../run/progress.ts';
import { formatMeanPoints, renderTextTable, type TableRows } from '../justEval/table.ts';
import type { ComparisonOutcome, PromptComparison } from './comparisonOutcome.ts';

/** Renders a comparison for a terminal: the prompts, and a verdict for each but the first. */
export const renderComparison = (outcome: ComparisonOutcome): string =>
  toPrintable(
    [
      ...(outcome.answers.length > 0 ? [renderTextTable(buildPromptTable(outcome)), ''] : []),
      ...outcome.comparisons.map(describeComparison),
      ...listRemarks(outcome),
      ...(outcome.folder === null ? [] : [`All results are in ${outcome.folder}`]),
    ].join('\n'),
  );

/** The prompts with their base models and their mean rewards, 1 to 5. */
export const buildPromptTable = ({ prompts }: ComparisonOutcome): TableRows => [
  ['prompt', 'base model', 'mean', 'judged'],
  ...prompts.map(({ name, base, mean, judged }) => [
    name,
    formatModelName(base),
    formatMeanPoints(mean),
    String(judged),
  ]),
];

/** Says in a sentence what a comparison has shown. */
export const describeComparison = ({ name, against, verdict }: PromptComparison): string =>
  `${name} against ${against}: ${verdict === null ? 'no verdict.' : describeVerdict(verdict, 'held-out')}`;

/** Lists what a reader needs besides the verdicts: what fails, what was stopped, and how the intervals were made. */
export function listRemarks({
  comparisons,
  stoppedBy,
  failIfWorse,
  answers,
  queries,
  notes,
}: ComparisonOutcome): string[] {
  const measured = comparisons.filter(({ verdict }) => verdict !== null && verdict.outcome !== 'no-change').length;
  const done = answers.filter((row) => row.answers.some((answer) => answer !== null)).length;
  return [
    ...comparisons.flatMap((comparison) => describeLoss(comparison, failIfWorse) ?? []),
    ...(stoppedBy === null
      ? []
      : [
          `Stopped (${stoppedBy}) after ${done} of ${queries} queries. Run the same command again${stoppedBy === 'budget' ? ' with a larger budget' : ''} to continue.`,
        ]),
    ...(measured > 1
      ? [`The ${measured} intervals are widened, so that all of them hold at once in 95 % of cases.`]
      : []),
    ...notes.map((note) => `Note: ${note}.`),
  ];
}

/** Says whether a prompt that is shown to be worse fails; undefined without `--fail-if-worse` or for another verdict. */
export function describeLoss({ name, verdict, isFailed }: PromptComparison, margin: number | null): string | undefined {
  if (margin === null || verdict?.outcome !== 'worse') return undefined;
  const loss = formatLoss(-(verdict.mean ?? 0), margin);
  return isFailed
    ? `Failed: ${name} loses ${loss} points on average, which is at least ${margin} (--fail-if-worse).`
    : `Not failed: ${name} loses ${loss} points on average, which is less than ${margin} (--fail-if-worse).`;
}

/** A loss with as many decimals as it takes to see on which side of the margin it is, two or more. */
function formatLoss(loss: number, margin: number): string {
  for (let digits = 2; digits < 9; digits++) {
    const text = loss.toFixed(digits);
    if (Number(text) < margin === loss < margin) return text;
  }
  return loss.toFixed(9);
}
