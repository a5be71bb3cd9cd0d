import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyAnswer } from '../../../evals/ifeval/verifyAnswer.ts';
import { makeCases, makeCasesWithResponses, type IfevalCase } from './makeCases.ts';

/*
 * Compares the checks of IFEval with the Python package if-verifiable, item by item:
 *   node scripts/calibration/ifeval/compareIfeval.ts PYTHON NLTK_DATA [RECORDS…]
 * PYTHON has if-verifiable 0.1.2. NLTK_DATA holds tokenizers/punkt_tab, without which two kinds cannot be compared; the wheel of
 * llama-index-core has it in _static/nltk_cache. RECORDS are files records.jsonl of `evaluate` on
 * IFEval, or other JSON lines with a response each.
 */
const [python = 'python3', data = '', ...files] = process.argv.slice(2);
/** Cases of the fixture, by kind. */
const KEPT_PER_KIND = 12;

/** The prompts of this package by their text, for the kwargs of recorded answers. */
const prompts = new Map(
  ['train', 'held-out']
    .flatMap((name) => readLines<IfevalCase>(join(import.meta.dirname, `../../../data/ifeval-${name}.jsonl`)))
    .map((one) => [one.prompt, one]),
);

function readLines<T>(file: string): T[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a maintainer's own files
  return lines.map((line) => JSON.parse(line) as T);
}

/** Lists recorded answers as cases: of a prompt of this package by its instructions, others by any eight. */
function readRecordedCases(file: string): IfevalCase[] {
  const answers = readLines<{ prompt?: string; response: string; missing?: string }>(file);
  return answers.flatMap(({ prompt, response, missing }, i) => {
    const known = prompt === undefined ? undefined : prompts.get(prompt);
    if (missing !== undefined) return [];
    return known ? [{ ...known, response }] : makeCasesWithResponses([response], 8, i);
  });
}

const made = makeCases(100);
const cases = [...made, ...files.flatMap(readRecordedCases)];
const folder = mkdtempSync(join(tmpdir(), 'drpo-ifeval-'));
writeFileSync(join(folder, 'cases.jsonl'), cases.map((one) => `${JSON.stringify(one)}\n`).join(''));
const script = join(import.meta.dirname, 'verify.py');
const { status } = spawnSync(python, [script, join(folder, 'cases.jsonl'), join(folder, 'verdicts.jsonl'), data], {
  stdio: ['ignore', 'inherit', 'ignore'],
});
if (status !== 0) throw new Error(`expected verdicts from ${python}, got exit status ${status}`);

interface Verdict {
  results?: [boolean, boolean][];
  error?: string;
}
const verdicts = readFileSync(join(folder, 'verdicts.jsonl'), 'utf8')
  .trim()
  .split('\n')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- verify.py wrote it
  .map((line) => JSON.parse(line) as Verdict);
const tally = new Map<string, { compared: number; equal: number; failed: number; examples: string[] }>();
const kept: (IfevalCase & { verdict: [boolean, boolean] })[] = [];
for (const [i, one] of cases.entries()) {
  const checks = one.instruction_id_list.map((instruction, at) => ({
    type: 'ifeval' as const,
    instruction,
    kwargs: one.kwargs[at] ?? {},
  }));
  const own = await verifyAnswer(one.response, checks);
  for (const [at, { instruction, strict, loose }] of own.entries()) {
    const row = tally.get(instruction) ?? { compared: 0, equal: 0, failed: 0, examples: [] };
    tally.set(instruction, row);
    const theirs = verdicts[i]?.results?.[at];
    if (!theirs) {
      row.failed++;
      if (row.examples.length < 2) row.examples.push(`${verdicts[i]?.error}`);
      continue;
    }
    row.compared++;
    const isEqual = theirs[0] === strict && theirs[1] === loose;
    if (isEqual) row.equal++;
    else if (row.examples.length < 4)
      row.examples.push(
        `${JSON.stringify(one.kwargs[at])} python ${theirs.join()} here ${strict},${loose}: ${JSON.stringify(one.response.slice(0, 220))}`,
      );
    if (i < made.length && kept.filter((other) => other.instruction_id_list[0] === instruction).length < KEPT_PER_KIND)
      kept.push({ ...one, verdict: theirs });
  }
}
for (const [kind, { compared, equal, failed, examples }] of tally) {
  console.log(`${kind}: ${equal} of ${compared} equal${failed > 0 ? `, ${failed} without a verdict of Python` : ''}`);
  for (const example of examples) console.log(`    ${example}`);
}
const sum = [...tally.values()];
console.log(
  `${sum.reduce((n, one) => n + one.equal, 0)} of ${sum.reduce((n, one) => n + one.compared, 0)} verdicts equal, over ${cases.length} responses`,
);
writeFileSync(
  join(import.meta.dirname, '../../../test/nodes/checks/ifeval/verdicts.json'),
  `[\n${kept.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`,
);
