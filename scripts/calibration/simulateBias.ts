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

/** A bias to plant in the simulated judges, or none. */
export type PlantedBias = 'none' | 'lavish' | 'hasty' | 'self';

/** Points a judge gives more to what its own model wrote. */
const OWN_ANSWER_BONUS_POINTS = 0.5;

/** Both simulated base models answer, two judges of the same names judge, with a bias planted in the first; then the checks. */
export async function simulateBias(plant: PlantedBias, seed: number, instructions = 40): Promise<BiasReport> {
  const names = [...PERSONAS.keys()];
  const written = new Map<string, string>();
  const judges = names.map((name, i): NamedJudge => {
    const judge = createWaveringJudge(100 * seed + 10 * i, i === 0 ? plant : 'none');
    const own = plant === 'self' && i === 0;
    return {
      name,
      judge: own ? createPreferringJudge(judge, ({ response }) => written.get(response) === name) : judge,
    };
  });
  const asked = sampleEvenly(
    createSimulatedInstructions().filter((i) => i.mode === 'regular'),
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
      const given = { method, judge: first.judge, generator: model, judgedBy: first.name };
      return toJudgedAnswers(await runJustEval({ instructions: asked, ...given }), model);
    }),
  );
  const answers: JudgedAnswer[] = records.flat();
  for (const { output, generator } of answers) written.set(output, generator);
  return createBiasReport(answers, await runBiasTrials({ answers: sampleAnswers(answers, instructions), judges }));
}

/** A simulated judge that wavers anew where it is asked in another order, as a real one does. */
function createWaveringJudge(seed: number, plant: PlantedBias): JudgeJustEval {
  const leaning = plant === 'lavish' || plant === 'hasty' ? { model: plant } : {};
  const made = (own: number): JudgeJustEval =>
    makeJudgeJustEval({ model: createSimulatedModel('judge', { seed: own, ...leaning }) });
  const [usual, other] = [made(seed), made(seed + 5)];
  return (reads, config) => (reads.reversed ? other : usual)(reads, config);
}

/** A judge that gives half a point more on every aspect where it is to prefer a response. */
function createPreferringJudge(judge: JudgeJustEval, prefers: (reads: { response: string }) => boolean): JudgeJustEval {
  return async (reads, config) => {
    const judged = await judge(reads, config);
    if (!prefers(reads)) return judged;
    const raised = Object.entries(judged.points).map(([aspect, points]) => [
      aspect,
      Math.min(5, points + OWN_ANSWER_BONUS_POINTS),
    ]);
    return { ...judged, points: Object.fromEntries(raised) };
  };
}
