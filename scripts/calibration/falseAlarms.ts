// Does `experiment` find what is there and call the rest noise? On the simulated models, over many seeds: pairs of rows that
// differ in chance alone (the same prompt, another seed of the base model) and pairs with a planted difference of known size.
//   node scripts/calibration/falseAlarms.ts [seeds, default 200]
import { compared, type Comparison } from '../../evals/justEval/compareRows.ts';
import { makeJudgeJustEval } from '../../evals/justEval/judgeJustEval.ts';
import { justEval, scoredOf } from '../../evals/justEval/justEval.ts';
import { base } from '../../evals/justEval/methods.ts';
import type { Scored } from '../../evals/justEval/records.ts';
import { simulatedModel } from '../../models/simulated/index.ts';
import { makeRespond } from '../../nodes/respond.ts';
import { simulatedInstructions } from '../../evals/experiments/simulatedInstructions.ts';

const PLAIN = 'You are a helpful assistant.';
const PLANTED = [
  ['one bullet', `${PLAIN}\n- Give concrete examples.`],
  ['three bullets', `${PLAIN}\n- Give concrete examples.\n- Explain the reasons.\n- Keep a warm, friendly tone.`],
] as const;
const seeds = Number(process.argv[2] ?? 200);
const instructions = simulatedInstructions();

async function judged(prompt: string, seed: number): Promise<Scored[]> {
  const respond = makeRespond({ model: simulatedModel('base', { seed }) });
  const judge = makeJudgeJustEval({ model: simulatedModel('judge', { seed }) });
  const records = await justEval({ instructions, method: base(respond, prompt), judge, generator: '', judgedBy: '' });
  return records.map(scoredOf);
}

const share = (all: readonly Comparison[], of: Comparison['verdict']): string =>
  `${((100 * all.filter((c) => c.verdict === of).length) / all.length).toFixed(1)} %`;

const nulls: Comparison[] = [];
const found = new Map<string, Comparison[]>(PLANTED.map(([name]) => [name, []]));
let families = 0;
for (let seed = 1; seed <= seeds; seed++) {
  const rows = new Map([['plain', [await judged(PLAIN, seed)]]]);
  for (const copy of ['copy 1', 'copy 2', 'copy 3']) rows.set(copy, [await judged(PLAIN, 1000 * seed + rows.size)]);
  for (const [name, prompt] of PLANTED) rows.set(name, [await judged(prompt, 1000 * seed + 500 + rows.size)]);
  const against = (names: readonly string[]): Comparison[] =>
    compared(
      names.map((name) => [name, 'plain'] as const),
      rows,
    );
  nulls.push(...against(['copy 1']));
  if (against(['copy 1', 'copy 2', 'copy 3']).some((c) => c.verdict !== 'noise')) families++;
  for (const [name] of PLANTED) found.get(name)?.push(...against([name]));
}

const alarms = nulls.filter((c) => c.verdict !== 'noise').length;
console.log(`${seeds} seeds, ${instructions.length} simulated instructions (no real model's result)`);
console.log(
  `no difference planted: called a difference in ${alarms} of ${nulls.length} (${((100 * alarms) / nulls.length).toFixed(1)} %; 5 % by design)`,
);
console.log(
  `a table of three such rows: any false alarm in ${families} of ${seeds} (${((100 * families) / seeds).toFixed(1)} %; at most 5 % by design)`,
);
for (const [name, all] of found) {
  const mean = all.reduce((sum, c) => sum + c.mean, 0) / all.length;
  console.log(
    `planted, ${name}: ${mean >= 0 ? '+' : ''}${mean.toFixed(2)} points on average; called higher in ${share(all, 'higher')}, lower in ${share(all, 'lower')}, noise in ${share(all, 'noise')}`,
  );
}
