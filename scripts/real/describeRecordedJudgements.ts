import { formatDifference } from '../../evals/justEval/table.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { computePairedInterval } from '../../statistics/pairedInterval.ts';

/** What a judge said of an answer of a recorded run. */
export interface RecordedJudgement {
  query: string;
  /** Whose answer it is: the first prompt's, or the found one's. */
  side: 'first' | 'challenger';
  /** It was shown to the judge as the answer to another question. */
  isSwapped: boolean;
  /** Null: the judgement could not be read. */
  points: number | null;
  rationale: string;
}

/** A judge's points for both prompts, and what these points mean, as Markdown. */
export function describeRecordedJudgements(judged: readonly RecordedJudgement[]): string {
  const listPoints = (side: RecordedJudgement['side'], isSwapped = false): (number | null)[] =>
    judged.filter((one) => one.side === side && one.isSwapped === isSwapped).map(({ points }) => points);
  const describeMean = (points: readonly (number | null)[]): string =>
    computeMean(points.filter((one) => one !== null))?.toFixed(2) ?? 'none';
  const [first, found] = [listPoints('first'), listPoints('challenger')];
  const [firstSwapped, foundSwapped] = [listPoints('first', true), listPoints('challenger', true)];
  const interval = computePairedInterval(subtractPairs(found, first));
  const against = subtractPairs([...first, ...found], [...firstSwapped, ...foundSwapped]);
  const count = (holds: (difference: number) => boolean): number => against.filter(holds).length;
  const unread = judged.filter(({ points }) => points === null).length;
  const gain = interval
    ? `The found prompt minus the first is ${formatDifference(interval.mean)} points (${formatDifference(interval.low)} to ${formatDifference(interval.high)}).`
    : 'Too few answers have points for a difference.';
  const seesQuestions = count((difference) => difference > 0) > against.length / 2;
  return [
    '| mean points of 5 from the judge      | first prompt | found prompt |',
    '| ------------------------------------ | ------------ | ------------ |',
    `| each answer to its own question      | ${describeMean(first).padEnd(12)} | ${describeMean(found).padEnd(12)} |`,
    `| the same answers to another question | ${describeMean(firstSwapped).padEnd(12)} | ${describeMean(foundSwapped).padEnd(12)} |`,
    '',
    gain,
    '',
    'The second row says what these points mean: each answer was judged again as the answer to the next question of the list.',
    `Of ${against.length} answers, ${count((d) => d > 0)} got more points for their own question, ${count((d) => d === 0)} got the same, and ${count((d) => d < 0)} got fewer.`,
    seesQuestions
      ? 'So this judge mostly sees whether an answer fits its question.'
      : 'So this judge does not see whether an answer fits its question, and its points say nothing of either prompt.',
    ...(unread > 0 ? [`${unread} of ${judged.length} judgements could not be read.`] : []),
    '',
  ].join('\n');
}

/** The differences of the pairs in which both have points. */
const subtractPairs = (a: readonly (number | null)[], b: readonly (number | null)[]): number[] =>
  a.flatMap((one, i) => {
    const other = b[i] ?? null;
    return one === null || other === null ? [] : [one - other];
  });
