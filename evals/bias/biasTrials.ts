import type { RunnableConfig } from '@langchain/core/runnables';
import { REGULAR_ASPECTS, type JustEvalAspect, type AspectPoints } from '../justEval/justEvalAspects.ts';
import { computePairedInterval } from '../../statistics/pairedInterval.ts';
import type { JudgeJustEval } from '../justEval/judgeJustEval.ts';
import { pickApplicablePoints, computeMeanPoints, type JudgedAnswer } from './judgedAnswers.ts';
import { makeCheck, averageByInstruction, type BiasCheck } from './biasCheck.ts';
import { padResponse } from './padResponse.ts';

/** A judge by the name its records bear. */
export interface NamedJudge {
  name: string;
  judge: JudgeJustEval;
}

type TrialAnswer = Omit<JudgedAnswer, 'judge' | 'points'>;

/** One answer judged by one judge: as ever, with the aspects last to first, and with filler in it. */
export interface BiasTrial {
  answer: TrialAnswer;
  judge: string;
  baseline: AspectPoints;
  reversed: AspectPoints;
  padded: AspectPoints;
}

export interface BiasTrialOptions {
  answers: readonly TrialAnswer[];
  judges: readonly NamedJudge[];
  /** Trials at work at a time. */
  inFlight?: number;
  onTrial?: (trial: BiasTrial) => void;
  config?: RunnableConfig | undefined;
}

/** Has every answer judged three ways by every judge, several at a time; in the order in which they are done. */
export async function runBiasTrials({
  answers,
  judges,
  inFlight = 16,
  onTrial,
  config,
}: BiasTrialOptions): Promise<BiasTrial[]> {
  const jobs = answers.flatMap((answer) => judges.map((judge) => ({ answer, judge }))).values();
  const trials: BiasTrial[] = [];
  const work = async (): Promise<void> => {
    for (const { answer, judge } of jobs) {
      const trial = await runBiasTrial(answer, judge, config);
      trials.push(trial);
      onTrial?.(trial);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  return trials;
}

async function runBiasTrial(
  answer: TrialAnswer,
  { name, judge }: NamedJudge,
  config?: RunnableConfig,
): Promise<BiasTrial> {
  const { instruction: query, output } = answer;
  const points = async (response: string, reversed: boolean): Promise<AspectPoints> =>
    pickApplicablePoints(await judge({ query, response, mode: 'regular', reversed }, config));
  const [usual, reversed, longer] = await Promise.all([
    points(output, false),
    points(output, true),
    points(padResponse(output), false),
  ]);
  return { answer, judge: name, baseline: usual, reversed, padded: longer };
}

/** Whether an aspect gets more points for being asked for earlier: points for each place. */
export function checkPosition(judge: string, trials: readonly BiasTrial[]): BiasCheck {
  const values = trials.flatMap(({ answer: { id }, baseline: usual, reversed }) => {
    const pairs = REGULAR_ASPECTS.flatMap((aspect, place) => {
      const [one, other] = [usual[aspect], reversed[aspect]];
      const earlier = REGULAR_ASPECTS.length - 1 - 2 * place;
      return one === undefined || other === undefined ? [] : [{ difference: one - other, earlier }];
    });
    const weight = pairs.reduce((sum, p) => sum + p.earlier ** 2, 0);
    return weight ? [{ id, value: pairs.reduce((sum, p) => sum + p.difference * p.earlier, 0) / weight }] : [];
  });
  const check = makeCheck({ check: 'position', judge, unit: 'points a place earlier' }, averageByInstruction(values));
  return { ...check, aspects: compareByAspect(trials, (t) => t.reversed, 1) };
}

/** Whether a response gets more points for words that say nothing. */
export function checkPadding(judge: string, trials: readonly BiasTrial[]): BiasCheck {
  const values = trials.flatMap(({ answer: { id }, baseline: usual, padded: longer }) => {
    const both = REGULAR_ASPECTS.filter((a) => usual[a] !== undefined && longer[a] !== undefined);
    const of = (points: AspectPoints): number | null =>
      computeMeanPoints(Object.fromEntries(both.map((a) => [a, points[a]])));
    const [before, after] = [of(usual), of(longer)];
    return before === null || after === null ? [] : [{ id, value: after - before }];
  });
  const check = makeCheck({ check: 'padding', judge, unit: 'points for filler' }, averageByInstruction(values));
  return { ...check, aspects: compareByAspect(trials, (t) => t.padded, -1) };
}

/** By aspect, the usual points less those of the other way (times `sign`), with paired intervals. */
function compareByAspect(
  trials: readonly BiasTrial[],
  other: (trial: BiasTrial) => AspectPoints,
  sign: 1 | -1,
): NonNullable<BiasCheck['aspects']> {
  const differences = (aspect: JustEvalAspect): number[] =>
    averageByInstruction(
      trials.flatMap((t) => {
        const [one, two] = [t.baseline[aspect], other(t)[aspect]];
        return one === undefined || two === undefined ? [] : [{ id: t.answer.id, value: sign * (one - two) }];
      }),
    );
  return Object.fromEntries(
    REGULAR_ASPECTS.flatMap((aspect) => {
      const all = differences(aspect);
      const interval = computePairedInterval(all);
      return interval ? [[aspect, { ...interval, n: all.length }]] : [];
    }),
  );
}
