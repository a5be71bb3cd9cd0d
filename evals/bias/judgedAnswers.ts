import { computeMean } from '../../statistics/computeMean.ts';
import { REGULAR_ASPECTS, type AspectPoints } from '../justEval/justEvalAspects.ts';
import { parseRecords, type JudgementContext, type ScoredJudgement } from '../justEval/records.ts';
import { toScoredJudgement, type JustEvalRecord } from '../justEval/runJustEval.ts';
import { countSpacedWords } from '../../state/countSpacedWords.ts';

/** An answer to a regular instruction with one judge's points; points that do not apply or are unreadable are absent. */
export interface JudgedAnswer extends JudgementContext {
  id: string;
  /** The file of the record, which tells apart two methods of the same model. */
  source: string;
  points: AspectPoints;
}

/** Reads the answers to regular instructions from several files of records, each judgement once. @throws SyntaxError */
export function readJudgedAnswers(files: readonly { name: string; text: string }[]): JudgedAnswer[] {
  const answers = files.flatMap(({ name, text }) =>
    parseRecords(text).flatMap(({ scored, context }) => toJudgedAnswer(scored, context, name)),
  );
  return [...new Map(answers.map((answer) => [toAnswerKey(answer), answer])).values()];
}

/** Takes the answers to regular instructions from an evaluation's records. */
export const toJudgedAnswers = (records: readonly JustEvalRecord[], source: string): JudgedAnswer[] =>
  records.flatMap((record) => toJudgedAnswer(toScoredJudgement(record), record, source));

function toJudgedAnswer(scored: ScoredJudgement, context: JudgementContext, source: string): JudgedAnswer[] {
  const { instruction, output, generator, judge } = context;
  if (scored.mode !== 'regular' || scored.id === null || output.trim() === '') return [];
  const id = `${scored.id} ${instruction}`;
  return [{ id, source, instruction, output, generator, judge, points: pickApplicablePoints(scored) }];
}

/** The key that judgements of the same answer by the same judge share. */
export const toAnswerKey = ({ source, generator, judge, id }: JudgedAnswer): string =>
  JSON.stringify([source, generator, judge, id]);

/** Picks the points that the judge gave; the 5 that just-eval counts for "N/A" is not among them. */
export const pickApplicablePoints = ({
  points,
  notApplicable,
}: Pick<ScoredJudgement, 'points' | 'notApplicable'>): AspectPoints =>
  Object.fromEntries(
    REGULAR_ASPECTS.flatMap((aspect) =>
      points[aspect] === undefined || notApplicable.includes(aspect) ? [] : [[aspect, points[aspect]]],
    ),
  );

/** Counts the words of a response, at least 1. */
export const countAnswerWords = (output: string): number => Math.max(1, countSpacedWords(output));

/** The mean over the measured aspects, 1 to 5; null without any. */
export const computeMeanPoints = (points: AspectPoints): number | null =>
  computeMean(REGULAR_ASPECTS.flatMap((aspect) => points[aspect] ?? []));
