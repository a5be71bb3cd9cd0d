import { answersOf, type JudgedAnswer } from '../../evals/bias/answer.ts';
import { biasOf, sampled, type Bias } from '../../evals/bias/bias.ts';
import { tryJudges, type NamedJudge } from '../../evals/bias/trials.ts';
import { makeJudgeJustEval, type JudgeJustEval } from '../../evals/justEval/judgeJustEval.ts';
import { limited } from '../../evals/justEval/instructions.ts';
import { justEval } from '../../evals/justEval/justEval.ts';
import { base } from '../../evals/justEval/methods.ts';
import { PERSONAS, simulatedModel } from '../../models/simulated/index.ts';
import { makeRespond } from '../../nodes/respond.ts';
import { simulatedInstructions } from '../../evals/experiments/simulatedInstructions.ts';

/** A bias to plant in the simulated judges, or none. */
export type Plant = 'none' | 'lavish' | 'hasty' | 'self';

/** Points a judge gives more to what its own model wrote. */
const OWN = 0.5;

/** Both simulated base models answer, two judges of the same names judge, with a bias planted in the first; then the checks. */
export async function simulatedBias(plant: Plant, seed: number, instructions = 40): Promise<Bias> {
  const names = [...PERSONAS.keys()];
  const written = new Map<string, string>();
  const judges = names.map((name, i): NamedJudge => {
    const judge = wavering(100 * seed + 10 * i, i === 0 ? plant : 'none');
    const own = plant === 'self' && i === 0;
    return { name, judge: own ? preferring(judge, ({ response }) => written.get(response) === name) : judge };
  });
  const asked = limited(
    simulatedInstructions().filter((i) => i.mode === 'regular'),
    instructions,
  );
  const records = await Promise.all(
    names.map(async (model) => {
      const respond = makeRespond({ model: simulatedModel('base', { model, seed }) });
      const method = base(respond, 'You are a helpful assistant.\n- Give longer answers a clear structure.');
      const [first] = judges;
      if (!first) return [];
      const given = { method, judge: first.judge, generator: model, judgedBy: first.name };
      return answersOf(await justEval({ instructions: asked, ...given }), model);
    }),
  );
  const answers: JudgedAnswer[] = records.flat();
  for (const { output, generator } of answers) written.set(output, generator);
  return biasOf(answers, await tryJudges({ answers: sampled(answers, instructions), judges }));
}

/** A simulated judge that wavers anew where it is asked in another order, as a real one does. */
function wavering(seed: number, plant: Plant): JudgeJustEval {
  const leaning = plant === 'lavish' || plant === 'hasty' ? { model: plant } : {};
  const made = (own: number): JudgeJustEval =>
    makeJudgeJustEval({ model: simulatedModel('judge', { seed: own, ...leaning }) });
  const [usual, other] = [made(seed), made(seed + 5)];
  return (reads, config) => (reads.reversed ? other : usual)(reads, config);
}

/** A judge that gives half a point more on every aspect where it is to prefer a response. */
function preferring(judge: JudgeJustEval, prefers: (reads: { response: string }) => boolean): JudgeJustEval {
  return async (reads, config) => {
    const judged = await judge(reads, config);
    if (!prefers(reads)) return judged;
    const raised = Object.entries(judged.points).map(([aspect, points]) => [aspect, Math.min(5, points + OWN)]);
    return { ...judged, points: Object.fromEntries(raised) };
  };
}
