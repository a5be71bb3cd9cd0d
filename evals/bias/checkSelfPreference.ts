import { computeMeanPoints, type JudgedAnswer } from './judgedAnswers.ts';
import { makeCheck, makeUntestableCheck, type BiasCheck } from './biasCheck.ts';
import { computeMean } from '../../statistics/computeMean.ts';

/** One answer with the points of each judge that judged it. */
interface AnswerScores {
  id: string;
  generator: string;
  byJudge: Map<string, number>;
}

const SELF_CHECK_UNIT = 'points for its own answers';

/**
 * Whether judges prefer their own answers: a difference of differences. What a judge gives its own answers more than other
 * judges do, less what it gives others' answers more than other judges do; only where both judged the same answers.
 */
export function checkSelfPreference(answers: readonly JudgedAnswer[]): BiasCheck[] {
  const cells = groupByAnswer(answers);
  const judges = [...new Set(cells.flatMap((c) => [...c.byJudge.keys()]))];
  const both = judges.filter((judge) => cells.some((c) => c.generator === judge));
  const about = (judge: string) => ({ check: 'self' as const, judge, unit: SELF_CHECK_UNIT });
  const lacks = explainMissingJudgements(cells, judges, both);
  if (lacks !== null) return [makeUntestableCheck(about(judges.join(', ')), lacks)];
  const alone = both.map((judge) => ({ judge, values: computeDifferences(judge, cells, judges, true) }));
  if (alone.every(({ values }) => values.length > 0))
    return alone.map(({ judge, values }) => makeCheck(about(judge), values));
  // two judges on nothing but each other's answers: the one's preference cannot be told from the other's
  const [one = ''] = both;
  const halves = computeDifferences(one, cells, judges, false).map((d) => d / 2);
  return [makeCheck({ ...about(judges.join(' and ')), unit: `${SELF_CHECK_UNIT}, mean of the two` }, halves)];
}

/** What the judgements lack to tell a preference; null where they lack nothing. */
function explainMissingJudgements(
  cells: readonly AnswerScores[],
  judges: readonly string[],
  both: readonly string[],
): string | null {
  if (judges.length < 2) return 'it takes two judges of the same answers';
  if (new Set(cells.map((c) => c.generator)).size < 2) return 'it takes the answers of two models';
  if (both.length === 0) return 'no judge’s model is also one whose answers are judged';
  return cells.some((c) => c.byJudge.size > 1) ? null : 'no answer was judged by two judges';
}

function groupByAnswer(answers: readonly JudgedAnswer[]): AnswerScores[] {
  const cells = new Map<string, AnswerScores>();
  for (const { id, source, generator, judge, points } of answers) {
    const value = computeMeanPoints(points);
    if (value === null || judge === '' || generator === '') continue;
    const key = JSON.stringify([id, source, generator]);
    const cell = cells.get(key) ?? { id, generator, byJudge: new Map<string, number>() };
    cell.byJudge.set(judge, value);
    cells.set(key, cell);
  }
  return [...cells.values()];
}

/** An instruction's difference of differences for a judge; `apart`: other judges only on answers that are not their own. */
function computeDifferences(
  judge: string,
  cells: readonly AnswerScores[],
  judges: readonly string[],
  apart: boolean,
): number[] {
  const byId = new Map<string, AnswerScores[]>();
  for (const cell of cells) byId.set(cell.id, [...(byId.get(cell.id) ?? []), cell]);
  return [...byId.values()].flatMap((own) => {
    const found = judges.flatMap((other) => {
      if (other === judge) return [];
      const more = (list: readonly AnswerScores[]): number | null =>
        computeMean(list.flatMap((c) => computeExcess(c, judge, other)));
      const mine = more(own.filter((c) => c.generator === judge));
      const theirs = more(own.filter((c) => c.generator !== judge && !(apart && c.generator === other)));
      return mine === null || theirs === null ? [] : [mine - theirs];
    });
    const mean = computeMean(found);
    return mean === null ? [] : [mean];
  });
}

function computeExcess({ byJudge }: AnswerScores, judge: string, other: string): number[] {
  const [one, two] = [byJudge.get(judge), byJudge.get(other)];
  return one === undefined || two === undefined ? [] : [one - two];
}
