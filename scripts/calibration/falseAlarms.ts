// Does `experiment` find what is there and call the rest noise? On the simulated models, over many seeds: pairs of rows that
// differ in chance alone (the same prompt, another seed of the base model) and pairs with a planted difference of known size.
//   node scripts/calibration/falseAlarms.ts [seeds, default 200]
import { compareRows, type Comparison } from '../../evals/justEval/compareRows.ts';
import { makeJudgeJustEval } from '../../evals/justEval/judgeJustEval.ts';
import { runJustEval, toScoredJudgement } from '../../evals/justEval/runJustEval.ts';
import { createBaseMethod } from '../../evals/justEval/methods.ts';
import type { ScoredJudgement } from '../../evals/justEval/records.ts';
import { createSimulatedModel } from '../../models/simulated/index.ts';
import { makeRespond } from '../../nodes/respond.ts';
import { createSimulatedInstructions } from '../../evals/experiments/createSimulatedInstructions.ts';

const PLAIN_PROMPT = 'You are a helpful assistant.';
const PLANTED_PROMPTS = [
  ['one bullet', `${PLAIN_PROMPT}\n- Give concrete examples.`],
  [
    'three bullets',
    `${PLAIN_PROMPT}\n- Give concrete examples.\n- Explain the reasons.\n- Keep a warm, friendly tone.`,
  ],
] as const;
const seedCount = Number(process.argv[2] ?? 200);
const instructions = createSimulatedInstructions();

async function judgeSimulatedAnswers(prompt: string, seed: number): Promise<ScoredJudgement[]> {
  const respond = makeRespond({ model: createSimulatedModel('base', { seed }) });
  const judge = makeJudgeJustEval({ model: createSimulatedModel('judge', { seed }) });
  const records = await runJustEval({
    instructions,
    method: createBaseMethod(respond, prompt),
    judge,
    generator: '',
    judgedBy: '',
  });
  return records.map(toScoredJudgement);
}

const formatVerdictShare = (all: readonly Comparison[], of: Comparison['verdict']): string =>
  `${((100 * all.filter((c) => c.verdict === of).length) / all.length).toFixed(1)} %`;

const nullComparisons: Comparison[] = [];
const plantedComparisons = new Map<string, Comparison[]>(PLANTED_PROMPTS.map(([name]) => [name, []]));
let familiesWithAlarm = 0;
for (let seed = 1; seed <= seedCount; seed++) {
  const rows = new Map([['plain', [await judgeSimulatedAnswers(PLAIN_PROMPT, seed)]]]);
  for (const copy of ['copy 1', 'copy 2', 'copy 3'])
    rows.set(copy, [await judgeSimulatedAnswers(PLAIN_PROMPT, 1000 * seed + rows.size)]);
  for (const [name, prompt] of PLANTED_PROMPTS)
    rows.set(name, [await judgeSimulatedAnswers(prompt, 1000 * seed + 500 + rows.size)]);
  const against = (names: readonly string[]): Comparison[] =>
    compareRows(
      names.map((name) => [name, 'plain'] as const),
      rows,
    );
  nullComparisons.push(...against(['copy 1']));
  if (against(['copy 1', 'copy 2', 'copy 3']).some((c) => c.verdict !== 'noise')) familiesWithAlarm++;
  for (const [name] of PLANTED_PROMPTS) plantedComparisons.get(name)?.push(...against([name]));
}

const falseAlarmCount = nullComparisons.filter((c) => c.verdict !== 'noise').length;
console.log(`${seedCount} seeds, ${instructions.length} simulated instructions (no real model's result)`);
console.log(
  `no difference planted: called a difference in ${falseAlarmCount} of ${nullComparisons.length} (${((100 * falseAlarmCount) / nullComparisons.length).toFixed(1)} %; 5 % by design)`,
);
console.log(
  `a table of three such rows: any false alarm in ${familiesWithAlarm} of ${seedCount} (${((100 * familiesWithAlarm) / seedCount).toFixed(1)} %; at most 5 % by design)`,
);
for (const [name, all] of plantedComparisons) {
  const mean = all.reduce((sum, c) => sum + c.mean, 0) / all.length;
  console.log(
    `planted, ${name}: ${mean >= 0 ? '+' : ''}${mean.toFixed(2)} points on average; called higher in ${formatVerdictShare(all, 'higher')}, lower in ${formatVerdictShare(all, 'lower')}, noise in ${formatVerdictShare(all, 'noise')}`,
  );
}
