// Asks the question of falseAlarms.ts about the whole command: it runs tables as a user does (file, searches, cache,
// evaluation, bootstrap, Holm) on the simulated models, and counts their verdicts.
//   node scripts/calibration/falseAlarmsWhole.ts [tables of each kind, default 40]
// Exit code 1 if there are more false alarms than chance allows, or if more than a fifth of the planted differences are missed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Comparison } from '../../evals/justEval/compareRows.ts';
import { runExperiment } from '../../evals/experiments/runExperiment.ts';

const PLAIN_PROMPT = 'You are a helpful assistant.';
const BETTER_PROMPT = `${PLAIN_PROMPT}\n- Give concrete examples.\n- Explain the reasons.\n- Keep a warm, friendly tone.`;
const tableCount = Number(process.argv[2] ?? 40);
const folder = mkdtempSync(join(tmpdir(), 'drpo-alarms-'));

/** A row differs from an equal one by chance less often than this, by design. */
const FALSE_ALARM_RATE = 0.05;
/** More false alarms than in this share of the cases are no chance. */
const MIN_CHANCE = 0.025;
/** Share of tables in which a planted difference must be found. */
const MIN_POWER = 0.8;

type JsonObject = Record<string, unknown>;
const createSeededSettings = (seed: number, settings: JsonObject = {}): JsonObject => ({
  set: { 'models.base.provider': 'simulated', 'models.base.seed': seed, ...settings },
});

/** Rows with a fixed prompt: one with another seed of the base model, an identical one, and one with three more lines in its prompt. */
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

/** Rows with five searches each, which differ only in the seeds of models and queries; and one row without a search. */
const createSearchTable = (seed: number): JsonObject => ({
  title: 'Searches',
  seeds: 5,
  set: { 'search.depth': 5, 'search.maxDepthIncrease': 0, final: null },
  rows: ['first', 'alike', 'planted'].map((name, i) => {
    const rowSeed = 3 * seed + i;
    const optimizer = { 'models.optimizer.provider': 'simulated', 'models.optimizer.seed': rowSeed };
    const method = name === 'planted' ? { method: 'base' } : {};
    return { name, ...method, ...createSeededSettings(rowSeed, { ...optimizer, 'queries.seed': 100 * rowSeed }) };
  }),
});

/** Runs many tables and returns their comparisons by row. */
async function collectComparisons(createTable: (seed: number) => JsonObject): Promise<Map<string, Comparison[]>> {
  const byRow = new Map<string, Comparison[]>();
  for (let seed = 1; seed <= tableCount; seed++) {
    const file = join(folder, 'table.json');
    writeFileSync(file, JSON.stringify(createTable(seed)));
    const out = join(folder, 'out');
    const { outcome } = await runExperiment({ roles: { optimizer: 'simulated' } }, { table: file, out, screen: null });
    for (const comparison of outcome.comparisons)
      byRow.set(comparison.row, [...(byRow.get(comparison.row) ?? []), comparison]);
    rmSync(out, { recursive: true });
  }
  return byRow;
}

/** The chance, 0 to 1, of so many successes or more in n draws. */
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
for (const [name, createTable] of [
  ['fixed prompts', createPromptTable],
  ['searches', createSearchTable],
] as const) {
  for (const [row, comparisons] of await collectComparisons(createTable)) {
    const total = comparisons.length;
    const called = comparisons.filter(({ verdict }) => verdict !== 'noise').length;
    const mean = comparisons.reduce((sum, comparison) => sum + comparison.mean, 0) / total;
    const chance = computeBinomialTail(called, total, FALSE_ALARM_RATE);
    const isExpected = row === 'planted' ? called > MIN_POWER * total : chance > MIN_CHANCE;
    const detail =
      row === 'planted' ? `${mean.toFixed(2)} points on average` : `chance of as many or more: ${chance.toFixed(3)}`;
    console.log(
      `${name}, ${row}: called a difference in ${called} of ${total} tables (${detail}): ${isExpected ? 'as expected' : 'NOT as expected'}`,
    );
    isSound &&= isExpected;
  }
}
rmSync(folder, { recursive: true });
process.exitCode = isSound ? 0 : 1;
