import type { RunnableConfig } from '@langchain/core/runnables';
import { REGULAR_ASPECTS, type JustEvalAspect, type AspectPoints } from '../justEval/justEvalAspects.ts';
import { computePairedInterval } from '../../statistics/pairedInterval.ts';
import type { JudgeJustEval } from '../justEval/judgeJustEval.ts';
import { pickApplicablePoints, computeMeanPoints, type JudgedAnswer } from './judgedAnswers.ts';
import { makeCheck, averageByInstruction, type BiasCheck } from './biasCheck.ts';
import { padResponse } from './padResponse.ts';

/** A judge with its name in the records. */
export interface NamedJudge {
  name: string;
  judge: JudgeJustEval;
}

/** An answer to be judged. */
export type TrialAnswer = Omit<JudgedAnswer, 'judge' | 'points'>;

/** One judge's points on one answer: as usual, with the aspects in reverse order, and with filler in the answer. */
export interface BiasTrial {
  answer: TrialAnswer;
  judge: string;
  baseline: AspectPoints;
  reversed: AspectPoints;
  padded: AspectPoints;
}

/** Which judges judge which answers again. */
export interface BiasTrialOptions {
  answers: readonly TrialAnswer[];
  judges: readonly NamedJudge[];
  /** Trials at the same time; the default is 16. */
  inFlight?: number;
  /** Called with each trial as soon as it is finished. */
  onTrial?: (trial: BiasTrial) => void;
  config?: RunnableConfig | undefined;
}

/** Has every answer judged three ways by every judge. The trials have the order in which they finish. */
export async function runBiasTrials({
  answers,
  judges,
  inFlight = 16,
  onTrial,
  config,
}: BiasTrialOptions): Promise<BiasTrial[]> {
  const queue = answers.flatMap((answer) => judges.map((judge) => ({ answer, judge }))).values();
  const trials: BiasTrial[] = [];
  const work = async (): Promise<void> => {
    for (const { answer, judge } of queue) {
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
  const judgeAnswer = async (response: string, reversed: boolean): Promise<AspectPoints> =>
    pickApplicablePoints(await judge({ query, response, mode: 'regular', reversed }, config));
  const [baseline, reversed, padded] = await Promise.all([
    judgeAnswer(output, false),
    judgeAnswer(output, true),
    judgeAnswer(padResponse(output), false),
  ]);
  return { answer, judge: name, baseline, reversed, padded };
}

/** Checks whether aspects get more points if the request names them earlier; the effect is in points per place. */
export function checkPosition(judge: string, trials: readonly BiasTrial[]): BiasCheck {
  const values = trials.flatMap(({ answer: { id }, baseline, reversed }) => {
    const pairs = REGULAR_ASPECTS.flatMap((aspect, place) => {
      const [one, other] = [baseline[aspect], reversed[aspect]];
      const earlier = REGULAR_ASPECTS.length - 1 - 2 * place;
      return one === undefined || other === undefined ? [] : [{ difference: one - other, earlier }];
    });
    const weight = pairs.reduce((sum, p) => sum + p.earlier ** 2, 0);
    return weight ? [{ id, value: pairs.reduce((sum, p) => sum + p.difference * p.earlier, 0) / weight }] : [];
  });
  const check = makeCheck({ check: 'position', judge, unit: 'points per place earlier' }, averageByInstruction(values));
  return { ...check, aspects: compareByAspect(trials, (trial) => trial.reversed, 1) };
}

/** Checks whether a response gets more points for filler. */
export function checkPadding(judge: string, trials: readonly BiasTrial[]): BiasCheck {
  const values = trials.flatMap(({ answer: { id }, baseline, padded }) => {
    const measured = REGULAR_ASPECTS.filter((a) => baseline[a] !== undefined && padded[a] !== undefined);
    const computeMean = (points: AspectPoints): number | null =>
      computeMeanPoints(Object.fromEntries(measured.map((aspect) => [aspect, points[aspect]])));
    const [before, after] = [computeMean(baseline), computeMean(padded)];
    return before === null || after === null ? [] : [{ id, value: after - before }];
  });
  const check = makeCheck({ check: 'padding', judge, unit: 'points for filler' }, averageByInstruction(values));
  return { ...check, aspects: compareByAspect(trials, (trial) => trial.padded, -1) };
}

/** By aspect: the usual points minus those of the other way, times `sign`, with paired intervals. */
function compareByAspect(
  trials: readonly BiasTrial[],
  getOther: (trial: BiasTrial) => AspectPoints,
  sign: 1 | -1,
): NonNullable<BiasCheck['aspects']> {
  const computeDifferences = (aspect: JustEvalAspect): number[] =>
    averageByInstruction(
      trials.flatMap((trial) => {
        const [usual, other] = [trial.baseline[aspect], getOther(trial)[aspect]];
        return usual === undefined || other === undefined
          ? []
          : [{ id: trial.answer.id, value: sign * (usual - other) }];
      }),
    );
  return Object.fromEntries(
    REGULAR_ASPECTS.flatMap((aspect) => {
      const differences = computeDifferences(aspect);
      const interval = computePairedInterval(differences);
      return interval ? [[aspect, { ...interval, n: differences.length }]] : [];
    }),
  );
}
