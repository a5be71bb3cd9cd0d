import { makeFindings, makeUntestableCheck, type BiasCheck, type BiasFinding } from './biasCheck.ts';
import { checkPadding, checkPosition, type BiasTrial, type TrialAnswer } from './biasTrials.ts';
import { checkLength } from './checkLength.ts';
import { checkSelfPreference } from './checkSelfPreference.ts';
import { toAnswerKey, type JudgedAnswer } from './judgedAnswers.ts';

/** The biases of the judges, as far as the data shows them, and the number of judgements behind the findings. */
export interface BiasReport {
  findings: BiasFinding[];
  /** Existing judgements. */
  judgements: number;
  /** Answers that a judge judged three ways, and how many there should have been. */
  trials: number;
  of: number;
}

/** Makes all checks, on existing judgements and on trials. */
export function createBiasReport(
  answers: readonly JudgedAnswer[],
  trials: readonly BiasTrial[],
  of = trials.length,
): BiasReport {
  // a trial replaces the record of the same answer, since every judge had the same request in it
  const tried = trials.map(({ answer, judge, baseline: points }): JudgedAnswer => ({ ...answer, judge, points }));
  const all = [...new Map([...answers, ...tried].map((answer) => [toAnswerKey(answer), answer])).values()];
  const checks: BiasCheck[] = [
    ...checkTrials(trials),
    ...[...new Set(all.map(({ judge }) => judge))].map((judge) => checkLength(judge, all)),
    ...checkSelfPreference(all),
  ];
  return { findings: makeFindings(checks), judgements: answers.length, trials: trials.length, of };
}

function checkTrials(trials: readonly BiasTrial[]): BiasCheck[] {
  if (trials.length === 0)
    return (['position', 'padding'] as const).map((check) =>
      makeUntestableCheck(
        { check, judge: '', unit: 'points' },
        'no judge was named to judge again (--judge or --config)',
      ),
    );
  return [...new Set(trials.map(({ judge }) => judge))].flatMap((judge) => {
    const judgeTrials = trials.filter((trial) => trial.judge === judge);
    return [checkPosition(judge, judgeTrials), checkPadding(judge, judgeTrials)];
  });
}

/** Samples the answers to so many instructions, spread evenly; every method's answer to a chosen instruction is taken. */
export function sampleAnswers(answers: readonly JudgedAnswer[], instructions: number): TrialAnswer[] {
  const ids = [...new Set(answers.map(({ id }) => id))];
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
  return [...distinct.values()].filter(({ id }) => chosen.has(id));
}
