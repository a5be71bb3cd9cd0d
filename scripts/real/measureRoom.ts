// How much room a task has: how many answers keep each check of a config, under its first prompt and under others.
//   node scripts/real/measureRoom.ts CONFIG.yaml PROMPT.txt… [--answers calls.jsonl] [--limit N]
// The held-out queries are answered by the config's base model; if there are none, all are. Answers in the file of a run are not
// asked for again.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { renderTextTable } from '../../evals/justEval/table.ts';
import { createMemoryStore } from '../../models/cache/createMemoryStore.ts';
import { Gateway } from '../../models/index.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { readData } from '../../run/config/readData.ts';
import { createRunParts } from '../../run/createRunParts.ts';
import { computeReward, isPerfect, type Evaluation } from '../../state/judgement.ts';
import { computeMean } from '../../statistics/computeMean.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { answers: { type: 'string' }, limit: { type: 'string' } },
});
const [file, ...promptFiles] = positionals;
if (file === undefined) {
  process.stderr.write('expected a config and files with prompts, got nothing\n');
  process.exit(2);
}
const config = loadConfig({ file });
const { queries } = await readData(config);
const heldOut = queries.filter((query) => query.heldOut);
const asked = (heldOut.length > 0 ? heldOut : queries).slice(0, Number(values.limit ?? Infinity));
const gateway = new Gateway({ concurrency: config.concurrency, store: createMemoryStore(values.answers) });
const { respond, judge } = createRunParts(config, gateway).createNodes();
const prompts = [
  ['first prompt', config.initialPrompt] as const,
  ...promptFiles.map((name) => [basename(name), readFileSync(name, 'utf8').trim()] as const),
];

/** What the config's checks say of each answer under a prompt. */
const evaluate = (prompt: string): Promise<Evaluation[]> =>
  Promise.all(
    asked.map(async ({ text: query, ...details }) => {
      const { response } = await respond({ prompt, query, examples: [], ...details });
      const reads = { query, response, rewards: [], reasoning: '', stage: 'prompt' as const, ...details };
      return (await judge(reads)).evaluation;
    }),
  );

const rows: string[][] = [];
for (const [name, prompt] of prompts) {
  const evaluations = await evaluate(prompt);
  const checks = [...new Set(evaluations.flatMap(Object.keys))];
  const count = (holds: (evaluation: Evaluation) => boolean): string =>
    `${evaluations.filter(holds).length} of ${evaluations.length}`;
  if (rows.length === 0) rows.push(['system prompt', ...checks, 'all', 'mean points']);
  rows.push([
    name,
    ...checks.map((check) => count((evaluation) => evaluation[check]?.score === 5)),
    count(isPerfect),
    (computeMean(evaluations.flatMap((evaluation) => computeReward(evaluation) ?? [])) ?? NaN).toFixed(2),
  ]);
}
process.stdout.write(`${renderTextTable(rows)}\n`);
