import { toJudgedAnswers, type JudgedAnswer } from '../../evals/bias/judgedAnswers.ts';
import { createBiasReport, sampleAnswers, type BiasReport } from '../../evals/bias/biasReport.ts';
import { runBiasTrials, type NamedJudge } from '../../evals/bias/biasTrials.ts';
import { makeJudgeJustEval, type JudgeJustEval } from '../../evals/justEval/judgeJustEval.ts';
import { sampleEvenly } from '../../evals/justEval/instructions.ts';
import { runJustEval } from '../../evals/justEval/runJustEval.ts';
import { createBaseMethod } from '../../evals/justEval/methods.ts';
import { PERSONAS } from '../../models/simulated/baseResponder.ts';
import { createSimulatedModel } from '../../models/simulated/index.ts';
import { makeRespond } from '../../nodes/respond.ts';
import { createSimulatedInstructions } from '../../evals/experiments/createSimulatedInstructions.ts';

/** A bias that is planted in the first simulated judge, or none. */
export type PlantedBias = 'none' | 'lavish' | 'hasty' | 'self';

/** Points that a judge adds to the answers of its own model. */
const OWN_ANSWER_BONUS_POINTS = 0.5;

/** Checks two simulated judges for bias on the answers of both simulated base models; the first judge has the planted bias. */
export async function simulateBias(plant: PlantedBias, seed: number, instructions = 40): Promise<BiasReport> {
  const names = [...PERSONAS.keys()];
  const writerByAnswer = new Map<string, string>();
  const judges = names.map((name, i): NamedJudge => {
    if (i > 0) return { name, judge: createNoisyJudge(100 * seed + 10 * i, 'none') };
    const judge = createNoisyJudge(100 * seed, plant);
    const isOwn = ({ response }: { response: string }): boolean => writerByAnswer.get(response) === name;
    return { name, judge: plant === 'self' ? createPreferringJudge(judge, isOwn) : judge };
  });
  const sample = sampleEvenly(
    createSimulatedInstructions().filter(({ mode }) => mode === 'regular'),
    instructions,
  );
  const records = await Promise.all(
    names.map(async (model) => {
      const respond = makeRespond({ model: createSimulatedModel('base', { model, seed }) });
      const method = createBaseMethod(
        respond,
        'You are a helpful assistant.\n- Give longer answers a clear structure.',
      );
      const [first] = judges;
      if (!first) return [];
      const names = { generator: model, judgedBy: first.name };
      return toJudgedAnswers(await runJustEval({ instructions: sample, method, judge: first.judge, ...names }), model);
    }),
  );
  const answers: JudgedAnswer[] = records.flat();
  for (const { output, generator } of answers) writerByAnswer.set(output, generator);
  return createBiasReport(answers, await runBiasTrials({ answers: sampleAnswers(answers, instructions), judges }));
}

/** Creates a simulated judge with other noise for another order of the aspects, as a real judge has. */
function createNoisyJudge(seed: number, plant: PlantedBias): JudgeJustEval {
  const persona = plant === 'lavish' || plant === 'hasty' ? { model: plant } : {};
  const createJudge = (noiseSeed: number): JudgeJustEval =>
    makeJudgeJustEval({ model: createSimulatedModel('judge', { seed: noiseSeed, ...persona }) });
  const [usual, reversed] = [createJudge(seed), createJudge(seed + 5)];
  return (reads, config) => (reads.reversed ? reversed : usual)(reads, config);
}

/** Creates a judge that adds half a point on every aspect to the responses that it prefers. */
function createPreferringJudge(
  judge: JudgeJustEval,
  isPreferred: (reads: { response: string }) => boolean,
): JudgeJustEval {
  return async (reads, config) => {
    const judgement = await judge(reads, config);
    if (!isPreferred(reads)) return judgement;
    const raised = Object.entries(judgement.points).map(([aspect, points]) => [
      aspect,
      Math.min(5, points + OWN_ANSWER_BONUS_POINTS),
    ]);
    return { ...judgement, points: Object.fromEntries(raised) };
  };
}
