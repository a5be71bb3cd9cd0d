import type { JudgedAnswer } from './answer.ts';
import { findings, untold, type Check, type Finding } from './check.ts';
import { lengthCheck } from './length.ts';
import { selfChecks } from './selfPreference.ts';
import { paddingCheck, positionCheck, type Trial } from './trials.ts';

/** What the judges are biased by, as far as it can be told: findings, and the judgements behind them. */
export interface Bias {
  findings: Finding[];
  /** Judgements at hand, and answers judged three ways by one judge each, of so many that were to be. */
  judgements: number;
  trials: number;
  of: number;
}

/** All checks on judgements at hand and on trials made. */
export function biasOf(answers: readonly JudgedAnswer[], trials: readonly Trial[], of = trials.length): Bias {
  const tried = trials.map(({ answer, judge, usual }): JudgedAnswer => ({ ...answer, judge, points: usual }));
  // what was tried was judged with the same words by every judge, and so goes before what a record says
  const all = [...new Map([...answers, ...tried].map((a) => [keyOf(a), a])).values()];
  const judges = [...new Set(trials.map((t) => t.judge))];
  const byTrial = judges.flatMap((judge) => {
    const own = trials.filter((t) => t.judge === judge);
    return [positionCheck(judge, own), paddingCheck(judge, own)];
  });
  const none = (['position', 'padding'] as const).map((check) =>
    untold({ check, judge: '', unit: 'points' }, 'no judge was named to judge again (--judge or --config)'),
  );
  const named = [...new Set(all.map((a) => a.judge))];
  const checks: Check[] = [
    ...(judges.length ? byTrial : none),
    ...named.map((judge) => lengthCheck(judge, all)),
    ...selfChecks(all),
  ];
  return { findings: findings(checks), judgements: answers.length, trials: trials.length, of };
}

const keyOf = ({ source, generator, judge, id }: JudgedAnswer): string =>
  JSON.stringify([source, generator, judge, id]);

/** The answers to so many instructions, spread evenly over them: those of every method. */
export function sampled(
  answers: readonly JudgedAnswer[],
  instructions: number,
): Omit<JudgedAnswer, 'judge' | 'points'>[] {
  const ids = [...new Set(answers.map((a) => a.id))];
  const step = Math.max(1, ids.length / instructions);
  const chosen = new Set(
    Array.from({ length: Math.min(instructions, ids.length) }, (_, i) => ids[Math.floor(i * step)]),
  );
  const distinct = new Map(
    answers.map(({ id, source, instruction, output, generator }) => [
      JSON.stringify([source, generator, id]),
      { id, source, instruction, output, generator },
    ]),
  );
  return [...distinct.values()].filter((a) => chosen.has(a.id));
}
