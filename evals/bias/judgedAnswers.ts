import { computeMean } from '../../statistics/computeMean.ts';
import { REGULAR_ASPECTS, type AspectPoints } from '../justEval/justEvalAspects.ts';
import type { JustEvalRecord } from '../justEval/runJustEval.ts';
import { toScoredJudgement } from '../justEval/runJustEval.ts';
import { parseRecords, type JudgementContext, type ScoredJudgement } from '../justEval/records.ts';

/** A regular instruction's answer with one judge's points on it; what does not apply or could not be read is absent. */
export interface JudgedAnswer extends JudgementContext {
  id: string;
  /** Tells one method from another where both are the same generator's: the file it came from. */
  source: string;
  points: AspectPoints;
}

/** The regular answers of several files of records, each judgement once. @throws SyntaxError */
export function readJudgedAnswers(files: readonly { name: string; text: string }[]): JudgedAnswer[] {
  const all = files.flatMap(({ name, text }) =>
    parseRecords(text).flatMap(({ scored, about }) => toJudgedAnswer(scored, about, name)),
  );
  return [...new Map(all.map((a) => [JSON.stringify([a.source, a.generator, a.judge, a.id]), a])).values()];
}

/** The regular answers among an evaluation's records. */
export const toJudgedAnswers = (records: readonly JustEvalRecord[], source: string): JudgedAnswer[] =>
  records.flatMap((record) => toJudgedAnswer(toScoredJudgement(record), record, source));

function toJudgedAnswer(scored: ScoredJudgement, about: JudgementContext, source: string): JudgedAnswer[] {
  const { instruction, output, generator, judge } = about;
  if (scored.mode !== 'regular' || scored.id === null || output.trim() === '') return [];
  const id = `${scored.id} ${instruction}`;
  return [{ id, source, instruction, output, generator, judge, points: pickApplicablePoints(scored) }];
}

/** The points that were really given: just-eval's 5 for "N/A" is none. */
export const pickApplicablePoints = ({
  points,
  notApplicable,
}: Pick<ScoredJudgement, 'points' | 'notApplicable'>): AspectPoints =>
  Object.fromEntries(
    REGULAR_ASPECTS.flatMap((a) => (points[a] === undefined || notApplicable.includes(a) ? [] : [[a, points[a]]])),
  );

/** Words of a response, 1 or more. */
export const countAnswerWords = (output: string): number => Math.max(1, output.trim().split(/\s+/).length);

/** The mean over the aspects that were measured; null where none was. */
export function computeMeanPoints(points: AspectPoints): number | null {
  return computeMean(REGULAR_ASPECTS.flatMap((aspect) => points[aspect] ?? []));
}
