// The same question as falseAlarms.ts, asked of the whole command: tables are run as a user runs them (file, searches, cache,
// evaluation, bootstrap, Holm) on the simulated models, and their verdicts counted.
//   node scripts/calibration/falseAlarmsWhole.ts [tables of each kind, default 40]
// Exit status 1 where there are more false alarms than chance allows, or a planted difference is mostly missed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Comparison } from '../../evals/justEval/compareRows.ts';
import { runExperiment } from '../../evals/experiments/runExperiment.ts';

const PLAIN = 'You are a helpful assistant.';
const BETTER = `${PLAIN}\n- Give concrete examples.\n- Explain the reasons.\n- Keep a warm, friendly tone.`;
const tables = Number(process.argv[2] ?? 40);
const folder = mkdtempSync(join(tmpdir(), 'drpo-alarms-'));

type Row = Record<string, unknown>;
const seeded = (seed: number, more: Row = {}): Row => ({
  set: { 'models.base.provider': 'simulated', 'models.base.seed': seed, ...more },
});

/** Rows with one fixed prompt: alike but for the base model's seed, the very same, and one with three more lines in its prompt. */
const prompts = (seed: number): Row => ({
  title: 'Fixed prompts',
  set: { 'examples.k': 0 },
  rows: [
    { name: 'first', prompt: PLAIN, ...seeded(2 * seed) },
    { name: 'alike', prompt: PLAIN, ...seeded(2 * seed + 1) },
    { name: 'the same', prompt: PLAIN, ...seeded(2 * seed) },
    {
      name: 'planted',
      prompt: BETTER,
      ...seeded(2 * seed + 1),
    },
  ],
});

/** Rows that search, each five times: alike but for the seeds of models and queries; and one that goes without a search. */
const searches = (seed: number): Row => ({
  title: 'Searches',
  seeds: 5,
  set: { 'search.depth': 5, 'search.maxDepthIncrease': 0, final: null },
  rows: ['first', 'alike', 'planted'].map((name, i) => {
    const own = 3 * seed + i;
    const optimizer = { 'models.optimizer.provider': 'simulated', 'models.optimizer.seed': own };
    const method = name === 'planted' ? { method: 'base' } : {};
    return { name, ...method, ...seeded(own, { ...optimizer, 'queries.seed': 100 * own }) };
  }),
});

/** The comparisons of many tables, by row. */
async function comparisons(kind: (seed: number) => Row): Promise<Map<string, Comparison[]>> {
  const found = new Map<string, Comparison[]>();
  for (let seed = 1; seed <= tables; seed++) {
    const file = join(folder, 'table.json');
    writeFileSync(file, JSON.stringify(kind(seed)));
    const out = join(folder, 'out');
    const flags = { json: false, quiet: true, fresh: false, published: false, set: [], optimizer: 'simulated', out };
    const { outcome } = await runExperiment(file, flags);
    for (const one of outcome.comparisons) found.set(one.row, [...(found.get(one.row) ?? []), one]);
    rmSync(out, { recursive: true });
  }
  return found;
}

/** Chance of so many successes or more in n draws. */
function atLeast(successes: number, n: number, p: number): number {
  let chance = (1 - p) ** n;
  let below = 0;
  for (let k = 0; k < successes; k++) {
    below += chance;
    chance *= ((n - k) / (k + 1)) * (p / (1 - p));
  }
  return 1 - below;
}

let sound = true;
for (const [name, kind] of [
  ['fixed prompts', prompts],
  ['searches', searches],
] as const) {
  for (const [row, all] of await comparisons(kind)) {
    const called = all.filter(({ verdict }) => verdict !== 'noise').length;
    const mean = all.reduce((sum, one) => sum + one.mean, 0) / all.length;
    const chance = atLeast(called, all.length, 0.05);
    const fine = row === 'planted' ? called > 0.8 * all.length : chance > 0.025;
    const detail =
      row === 'planted'
        ? ` (${mean.toFixed(2)} points on average)`
        : ` (so many or more by chance: ${chance.toFixed(3)})`;
    console.log(
      `${name}, ${row}: called a difference in ${called} of ${all.length} tables${detail}: ${fine ? 'as it should be' : 'NOT as it should be'}`,
    );
    sound &&= fine;
  }
}
rmSync(folder, { recursive: true });
process.exitCode = sound ? 0 : 1;
