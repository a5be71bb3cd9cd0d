// Does `experiment` find real differences and call the rest noise? On the simulated models, for each seed: pairs of rows that
// differ only by chance (the same prompt, another seed of the base model), and pairs with a planted difference.
//   node scripts/calibration/falseAlarms.ts [seeds, default 200]
import { compareRows, type Comparison } from '../../evals/justEval/compareRows.ts';
import { makeJudgeJustEval } from '../../evals/justEval/judgeJustEval.ts';
import { runJustEval, toScoredJudgement } from '../../evals/justEval/runJustEval.ts';
import { createBaseMethod } from '../../evals/justEval/methods.ts';
import type { ScoredJudgement } from '../../evals/justEval/records.ts';
import { formatDifference } from '../../evals/justEval/table.ts';
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

const formatShare = (count: number, total: number): string => `${((100 * count) / total).toFixed(1)} %`;

const formatVerdictShare = (comparisons: readonly Comparison[], verdict: Comparison['verdict']): string =>
  formatShare(comparisons.filter((comparison) => comparison.verdict === verdict).length, comparisons.length);

const nullComparisons: Comparison[] = [];
const plantedComparisons = new Map<string, Comparison[]>(PLANTED_PROMPTS.map(([name]) => [name, []]));
let tablesWithAlarm = 0;
for (let seed = 1; seed <= seedCount; seed++) {
  const rows = new Map([['plain', [await judgeSimulatedAnswers(PLAIN_PROMPT, seed)]]]);
  for (const copy of ['copy 1', 'copy 2', 'copy 3'])
    rows.set(copy, [await judgeSimulatedAnswers(PLAIN_PROMPT, 1000 * seed + rows.size)]);
  for (const [name, prompt] of PLANTED_PROMPTS)
    rows.set(name, [await judgeSimulatedAnswers(prompt, 1000 * seed + 500 + rows.size)]);
  const compareWithPlain = (names: readonly string[]): Comparison[] =>
    compareRows(
      names.map((name) => [name, 'plain'] as const),
      rows,
    );
  nullComparisons.push(...compareWithPlain(['copy 1']));
  if (compareWithPlain(['copy 1', 'copy 2', 'copy 3']).some((c) => c.verdict !== 'noise')) tablesWithAlarm++;
  for (const [name] of PLANTED_PROMPTS) plantedComparisons.get(name)?.push(...compareWithPlain([name]));
}

const falseAlarmCount = nullComparisons.filter((c) => c.verdict !== 'noise').length;
console.log(`${seedCount} seeds, ${instructions.length} simulated instructions (no real model's result)`);
console.log(
  `no difference planted: a false alarm in ${falseAlarmCount} of ${nullComparisons.length} comparisons (${formatShare(falseAlarmCount, nullComparisons.length)}; 5 % by design)`,
);
console.log(
  `tables of three such rows: a false alarm in ${tablesWithAlarm} of ${seedCount} (${formatShare(tablesWithAlarm, seedCount)}; at most 5 % by design)`,
);
for (const [name, comparisons] of plantedComparisons) {
  const mean = comparisons.reduce((sum, comparison) => sum + comparison.mean, 0) / comparisons.length;
  console.log(
    `planted, ${name}: ${formatDifference(mean)} points on average; called higher in ${formatVerdictShare(comparisons, 'higher')}, lower in ${formatVerdictShare(comparisons, 'lower')}, noise in ${formatVerdictShare(comparisons, 'noise')}`,
  );
}
