import type { RunnableConfig } from '@langchain/core/runnables';
import { REGULAR, type JustEvalAspect, type Points } from '../justEval/justEvalAspects.ts';
import { meanInterval } from '../../statistics/bootstrap.ts';
import type { JudgeJustEval } from '../justEval/judgeJustEval.ts';
import { applicable, meanPoints, type JudgedAnswer } from './answer.ts';
import { checkOf, perInstruction, type Check } from './check.ts';
import { padded } from './filler.ts';

/** A judge by the name its records bear. */
export interface NamedJudge {
  name: string;
  judge: JudgeJustEval;
}

type Answer = Omit<JudgedAnswer, 'judge' | 'points'>;

/** One answer judged by one judge: as ever, with the aspects last to first, and with filler in it. */
export interface Trial {
  answer: Answer;
  judge: string;
  usual: Points;
  reversed: Points;
  padded: Points;
}

export interface Trials {
  answers: readonly Answer[];
  judges: readonly NamedJudge[];
  /** Trials at work at a time. */
  inFlight?: number;
  onTrial?: (trial: Trial) => void;
  config?: RunnableConfig | undefined;
}

/** Has every answer judged three ways by every judge, several at a time; in the order in which they are done. */
export async function tryJudges({ answers, judges, inFlight = 16, onTrial, config }: Trials): Promise<Trial[]> {
  const jobs = answers.flatMap((answer) => judges.map((judge) => ({ answer, judge }))).values();
  const trials: Trial[] = [];
  const work = async (): Promise<void> => {
    for (const { answer, judge } of jobs) {
      const trial = await tryOne(answer, judge, config);
      trials.push(trial);
      onTrial?.(trial);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  return trials;
}

async function tryOne(answer: Answer, { name, judge }: NamedJudge, config?: RunnableConfig): Promise<Trial> {
  const { instruction: query, output } = answer;
  const points = async (response: string, reversed: boolean): Promise<Points> =>
    applicable(await judge({ query, response, mode: 'regular', reversed }, config));
  const [usual, reversed, longer] = await Promise.all([
    points(output, false),
    points(output, true),
    points(padded(output), false),
  ]);
  return { answer, judge: name, usual, reversed, padded: longer };
}

/** Whether an aspect gets more points for being asked for earlier: points for each place. */
export function positionCheck(judge: string, trials: readonly Trial[]): Check {
  const values = trials.flatMap(({ answer: { id }, usual, reversed }) => {
    const pairs = REGULAR.flatMap((aspect, place) => {
      const [one, other] = [usual[aspect], reversed[aspect]];
      const earlier = REGULAR.length - 1 - 2 * place;
      return one === undefined || other === undefined ? [] : [{ difference: one - other, earlier }];
    });
    const weight = pairs.reduce((sum, p) => sum + p.earlier ** 2, 0);
    return weight ? [{ id, value: pairs.reduce((sum, p) => sum + p.difference * p.earlier, 0) / weight }] : [];
  });
  const check = checkOf({ check: 'position', judge, unit: 'points a place earlier' }, perInstruction(values));
  return { ...check, aspects: byAspect(trials, (t) => t.reversed, 1) };
}

/** Whether a response gets more points for words that say nothing. */
export function paddingCheck(judge: string, trials: readonly Trial[]): Check {
  const values = trials.flatMap(({ answer: { id }, usual, padded: longer }) => {
    const both = REGULAR.filter((a) => usual[a] !== undefined && longer[a] !== undefined);
    const of = (points: Points): number | null => meanPoints(Object.fromEntries(both.map((a) => [a, points[a]])));
    const [before, after] = [of(usual), of(longer)];
    return before === null || after === null ? [] : [{ id, value: after - before }];
  });
  const check = checkOf({ check: 'padding', judge, unit: 'points for filler' }, perInstruction(values));
  return { ...check, aspects: byAspect(trials, (t) => t.padded, -1) };
}

/** By aspect, the usual points less those of the other way (times `sign`), with paired intervals. */
function byAspect(
  trials: readonly Trial[],
  other: (trial: Trial) => Points,
  sign: 1 | -1,
): NonNullable<Check['aspects']> {
  const differences = (aspect: JustEvalAspect): number[] =>
    perInstruction(
      trials.flatMap((t) => {
        const [one, two] = [t.usual[aspect], other(t)[aspect]];
        return one === undefined || two === undefined ? [] : [{ id: t.answer.id, value: sign * (one - two) }];
      }),
    );
  return Object.fromEntries(
    REGULAR.flatMap((aspect) => {
      const all = differences(aspect);
      const interval = meanInterval(all);
      return interval ? [[aspect, { ...interval, n: all.length }]] : [];
    }),
  );
}
