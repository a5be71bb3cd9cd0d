import { computeMean } from '../../statistics/computeMean.ts';
import { makeCheck, makeUntestableCheck, type BiasCheck } from './biasCheck.ts';
import { computeMeanPoints, type JudgedAnswer } from './judgedAnswers.ts';

/** One answer with the mean points of each of its judges. */
interface AnswerScores {
  id: string;
  generator: string;
  byJudge: Map<string, number>;
}

const SELF_CHECK_UNIT = 'points for its own answers';

/**
 * Checks whether judges prefer their own answers. The effect is a difference of differences: how much more than other judges
 * a judge gives its own answers, minus how much more it gives others' answers. Only answers with both judges count.
 */
export function checkSelfPreference(answers: readonly JudgedAnswer[]): BiasCheck[] {
  const scores = groupByAnswer(answers);
  const judges = [...new Set(scores.flatMap(({ byJudge }) => [...byJudge.keys()]))];
  const writingJudges = judges.filter((judge) => scores.some(({ generator }) => generator === judge));
  const makeSubject = (judge: string) => ({ check: 'self' as const, judge, unit: SELF_CHECK_UNIT });
  const reason = explainMissingJudgements(scores, judges, writingJudges);
  if (reason !== null) return [makeUntestableCheck(makeSubject(judges.join(', ')), reason)];
  const separate = writingJudges.map((judge) => ({ judge, values: computeDifferences(judge, scores, judges, true) }));
  if (separate.every(({ values }) => values.length > 0))
    return separate.map(({ judge, values }) => makeCheck(makeSubject(judge), values));
  // two judges with only each other's answers: the data cannot separate their preferences
  const [judge = ''] = writingJudges;
  const halves = computeDifferences(judge, scores, judges, false).map((difference) => difference / 2);
  return [makeCheck({ ...makeSubject(judges.join(' and ')), unit: `${SELF_CHECK_UNIT}, mean of the two` }, halves)];
}

/** What is missing to measure a preference; null if nothing is. */
function explainMissingJudgements(
  scores: readonly AnswerScores[],
  judges: readonly string[],
  writingJudges: readonly string[],
): string | null {
  if (judges.length < 2) return 'it takes two judges of the same answers';
  if (new Set(scores.map(({ generator }) => generator)).size < 2) return 'it takes the answers of two models';
  if (writingJudges.length === 0) return 'no judge’s model wrote any of the answers';
  return scores.some(({ byJudge }) => byJudge.size > 1) ? null : 'no answer was judged by two judges';
}

function groupByAnswer(answers: readonly JudgedAnswer[]): AnswerScores[] {
  const byAnswer = new Map<string, AnswerScores>();
  for (const { id, source, generator, judge, points } of answers) {
    const mean = computeMeanPoints(points);
    if (mean === null || judge === '' || generator === '') continue;
    const key = JSON.stringify([id, source, generator]);
    const scores = byAnswer.get(key) ?? { id, generator, byJudge: new Map<string, number>() };
    scores.byJudge.set(judge, mean);
    byAnswer.set(key, scores);
  }
  return [...byAnswer.values()];
}

/** A judge's difference of differences on each instruction; `excludeOthersOwn` leaves out what other judges wrote themselves. */
function computeDifferences(
  judge: string,
  scores: readonly AnswerScores[],
  judges: readonly string[],
  excludeOthersOwn: boolean,
): number[] {
  const byId = new Map<string, AnswerScores[]>();
  for (const answer of scores) byId.set(answer.id, [...(byId.get(answer.id) ?? []), answer]);
  return [...byId.values()].flatMap((answers) => {
    const differences = judges.flatMap((other) => {
      if (other === judge) return [];
      const computeMeanExcess = (list: readonly AnswerScores[]): number | null =>
        computeMean(list.flatMap((answer) => computeExcess(answer, judge, other)));
      const onOwn = computeMeanExcess(answers.filter(({ generator }) => generator === judge));
      const onOthers = computeMeanExcess(
        answers.filter(({ generator }) => generator !== judge && !(excludeOthersOwn && generator === other)),
      );
      return onOwn === null || onOthers === null ? [] : [onOwn - onOthers];
    });
    return computeMean(differences) ?? [];
  });
}

/** How much more a judge gives an answer than another judge; nothing unless both judged it. */
function computeExcess({ byJudge }: AnswerScores, judge: string, other: string): number[] {
  const [points, otherPoints] = [byJudge.get(judge), byJudge.get(other)];
  return points === undefined || otherPoints === undefined ? [] : [points - otherPoints];
}
