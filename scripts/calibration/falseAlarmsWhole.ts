// The same question as falseAlarms.ts, asked of the whole command: tables are run as a user runs them (file, searches, cache,
// evaluation, bootstrap, Holm) on the simulated models, and their verdicts counted.
//   node scripts/calibration/falseAlarmsWhole.ts [tables of each kind, default 40]
// Exit status 1 where there are more false alarms than chance allows, or a planted difference is mostly missed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Comparison } from '../../evals/justEval/compareRows.ts';
import { runExperiment } from '../../evals/experiments/runExperiment.ts';

const PLAIN_PROMPT = 'You are a helpful assistant.';
const BETTER_PROMPT = `${PLAIN_PROMPT}\n- Give concrete examples.\n- Explain the reasons.\n- Keep a warm, friendly tone.`;
const tableCount = Number(process.argv[2] ?? 40);
const folder = mkdtempSync(join(tmpdir(), 'drpo-alarms-'));

type JsonObject = Record<string, unknown>;
const createSeededSettings = (seed: number, more: JsonObject = {}): JsonObject => ({
  set: { 'models.base.provider': 'simulated', 'models.base.seed': seed, ...more },
});

/** Rows with one fixed prompt: alike but for the base model's seed, the very same, and one with three more lines in its prompt. */
const createPromptTable = (seed: number): JsonObject => ({
  title: 'Fixed prompts',
  set: { 'examples.k': 0 },
  rows: [
    { name: 'first', prompt: PLAIN_PROMPT, ...createSeededSettings(2 * seed) },
    { name: 'alike', prompt: PLAIN_PROMPT, ...createSeededSettings(2 * seed + 1) },
    { name: 'the same', prompt: PLAIN_PROMPT, ...createSeededSettings(2 * seed) },
    {
      name: 'planted',
      prompt: BETTER_PROMPT,
      ...createSeededSettings(2 * seed + 1),
    },
  ],
});

/** Rows that search, each five times: alike but for the seeds of models and queries; and one that goes without a search. */
const createSearchTable = (seed: number): JsonObject => ({
  title: 'Searches',
  seeds: 5,
  set: { 'search.depth': 5, 'search.maxDepthIncrease': 0, final: null },
  rows: ['first', 'alike', 'planted'].map((name, i) => {
    const own = 3 * seed + i;
    const optimizer = { 'models.optimizer.provider': 'simulated', 'models.optimizer.seed': own };
    const method = name === 'planted' ? { method: 'base' } : {};
    return { name, ...method, ...createSeededSettings(own, { ...optimizer, 'queries.seed': 100 * own }) };
  }),
});

/** The comparisons of many tables, by row. */
async function collectComparisons(kind: (seed: number) => JsonObject): Promise<Map<string, Comparison[]>> {
  const found = new Map<string, Comparison[]>();
  for (let seed = 1; seed <= tableCount; seed++) {
    const file = join(folder, 'table.json');
    writeFileSync(file, JSON.stringify(kind(seed)));
    const out = join(folder, 'out');
    const { outcome } = await runExperiment({ roles: { optimizer: 'simulated' } }, { table: file, out, screen: null });
    for (const one of outcome.comparisons) found.set(one.row, [...(found.get(one.row) ?? []), one]);
    rmSync(out, { recursive: true });
  }
  return found;
}

/** Chance of so many successes or more in n draws. */
function computeBinomialTail(successes: number, n: number, p: number): number {
  let chance = (1 - p) ** n;
  let below = 0;
  for (let k = 0; k < successes; k++) {
    below += chance;
    chance *= ((n - k) / (k + 1)) * (p / (1 - p));
  }
  return 1 - below;
}

let isSound = true;
for (const [name, kind] of [
  ['fixed prompts', createPromptTable],
  ['searches', createSearchTable],
] as const) {
  for (const [row, all] of await collectComparisons(kind)) {
    const called = all.filter(({ verdict }) => verdict !== 'noise').length;
    const mean = all.reduce((sum, one) => sum + one.mean, 0) / all.length;
    const chance = computeBinomialTail(called, all.length, 0.05);
    const fine = row === 'planted' ? called > 0.8 * all.length : chance > 0.025;
    const detail =
      row === 'planted'
        ? ` (${mean.toFixed(2)} points on average)`
        : ` (so many or more by chance: ${chance.toFixed(3)})`;
    console.log(
      `${name}, ${row}: called a difference in ${called} of ${all.length} tables${detail}: ${fine ? 'as it should be' : 'NOT as it should be'}`,
    );
    isSound &&= fine;
  }
}
rmSync(folder, { recursive: true });
process.exitCode = isSound ? 0 : 1;
