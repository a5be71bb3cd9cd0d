import type { Interval } from '../../statistics/bootstrap.ts';
import { renderTextTable } from '../justEval/table.ts';
import type { IfevalReport } from './evaluateIfeval.ts';

const formatShare = (share: number): string => `${(100 * share).toFixed(1)} %`;
const toCells = (interval: Interval | null): string[] =>
  interval ? [formatShare(interval.mean), `${formatShare(interval.low)} – ${formatShare(interval.high)}`] : ['', ''];

/** Renders an evaluation on IFEval for people. */
export function renderIfeval({ title, accuracy, kinds, missing, lastMissing, against, folder }: IfevalReport): string {
  const rows = [
    ['prompts, strict', ...toCells(accuracy.promptStrict)],
    ['prompts, loose', ...toCells(accuracy.promptLoose)],
    ['instructions, strict', ...toCells(accuracy.instructionStrict)],
    ['instructions, loose', ...toCells(accuracy.instructionLoose)],
  ];
  const byKind = Object.entries(kinds)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([kind, { n, strict, loose }]) => [kind, String(n), formatShare(strict / n), formatShare(loose / n)]);
  return [
    title,
    renderTextTable([['accuracy', 'share', '95 %'], ...rows]),
    renderTextTable([['kind of instruction', 'n', 'strict', 'loose'], ...byKind]),
    missing === 0 ? '' : `${missing} prompts have no answer and are not counted, the last because: ${lastMissing}`,
    against ? renderDifference(against) : '',
    `All results are in ${folder}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

function renderDifference({
  folder,
  difference,
  prompts,
  better,
  worse,
}: NonNullable<IfevalReport['against']>): string {
  const figures = difference
    ? `${formatPoints(difference.mean)} points (95 %: ${formatPoints(difference.low)} to ${formatPoints(difference.high)})`
    : 'unknown, since fewer than two prompts are in both';
  return `Strict accuracy by prompt minus that of ${folder}: ${figures}. Of ${prompts} prompts in both, ${better} are followed here only, and ${worse} there only.`;
}

const formatPoints = (share: number): string => `${share < 0 ? '' : '+'}${(100 * share).toFixed(1)}`;
