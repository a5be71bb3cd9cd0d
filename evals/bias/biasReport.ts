import type { JudgedAnswer } from './judgedAnswers.ts';
import { makeFindings, makeUntestableCheck, type BiasCheck, type BiasFinding } from './biasCheck.ts';
import { checkLength } from './checkLength.ts';
import { checkSelfPreference } from './checkSelfPreference.ts';
import { checkPadding, checkPosition, type BiasTrial } from './biasTrials.ts';

/** What the judges are biased by, as far as it can be told: findings, and the judgements behind them. */
export interface BiasReport {
  findings: BiasFinding[];
  /** Judgements at hand, and answers judged three ways by one judge each, of so many that were to be. */
  judgements: number;
  trials: number;
  of: number;
}

/** All checks on judgements at hand and on trials made. */
export function createBiasReport(
  answers: readonly JudgedAnswer[],
  trials: readonly BiasTrial[],
  of = trials.length,
): BiasReport {
  const tried = trials.map(({ answer, judge, baseline: usual }): JudgedAnswer => ({ ...answer, judge, points: usual }));
  // what was tried was judged with the same words by every judge, and so goes before what a record says
  const all = [...new Map([...answers, ...tried].map((a) => [toAnswerKey(a), a])).values()];
  const judges = [...new Set(trials.map((t) => t.judge))];
  const byTrial = judges.flatMap((judge) => {
    const own = trials.filter((t) => t.judge === judge);
    return [checkPosition(judge, own), checkPadding(judge, own)];
  });
  const none = (['position', 'padding'] as const).map((check) =>
    makeUntestableCheck(
      { check, judge: '', unit: 'points' },
      'no judge was named to judge again (--judge or --config)',
    ),
  );
  const named = [...new Set(all.map((a) => a.judge))];
  const checks: BiasCheck[] = [
    ...(judges.length ? byTrial : none),
    ...named.map((judge) => checkLength(judge, all)),
    ...checkSelfPreference(all),
  ];
  return { findings: makeFindings(checks), judgements: answers.length, trials: trials.length, of };
}

const toAnswerKey = ({ source, generator, judge, id }: JudgedAnswer): string =>
  JSON.stringify([source, generator, judge, id]);

/** The answers to so many instructions, spread evenly over them: those of every method. */
export function sampleAnswers(
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
