// node scripts/calibration/callsToProvenGain.ts [seeds] [own] [--of DIR] [--expected] [--set KEY=VALUE …]: what a proven gain costs
// where the truth is known. A run is a search with its final. The proof of the prompt that it returns then goes on to 40 fresh
// queries, as `drpo prove` does, until it is settled. The calls of all runs are divided by the runs that prove a gain that is true.
// DIR: another checkout, such as a worktree of an older commit, whose search runs in its place; the rule of the proof stays.
// KEY=VALUE: search options, VALUE in JSON. No model is asked. `own`: the landscapes on which no constant was chosen.
// `--expected`: the judge's scores are no whole points, as with `judge.scoring: "expected"`.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { renderTextTable } from '../../evals/justEval/table.ts';
import { HELD_OUT_LANDSCAPES, LANDSCAPES } from '../../evals/landscapes/landscapes.ts';
import {
  findProvenGain,
  sumProvenGains,
  type ProvenGain,
  type SearchWorld,
} from '../../evals/landscapes/provenGain.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    of: { type: 'string', default: join(import.meta.dirname, '../..') },
    expected: { type: 'boolean', default: false },
    set: { type: 'string', multiple: true, default: [] },
  },
});
const seeds = Number(positionals[0] ?? 100);
const options = Object.fromEntries(
  values.set.map((pair) => [pair.slice(0, pair.indexOf('=')), JSON.parse(pair.slice(pair.indexOf('=') + 1))]),
);
const scoring = values.expected ? 'expected' : 'points';
const folder = resolve(values.of);

/** A checkout's landscapes and its search. Its modules had other names at 5b2a8d5. */
async function loadWorld(): Promise<SearchWorld> {
  const path = ['evals/landscapes/landscapes.ts', 'evals/landscapes.ts'].find((one) => existsSync(join(folder, one)));
  const { createLandscapeWorld, worldOf } = await import(join(folder, path ?? ''));
  const { beam } = await import(join(folder, 'graphs/index.ts'));
  return {
    createWorld: createLandscapeWorld ?? worldOf,
    search: (nodes) => beam(nodes, { ...options, initialPrompt: '0' }),
  };
}

const world = await loadWorld();
const rows = [
  ['landscape', 'gain', 'calls of a run', 'of its proof', 'proven', 'falsely', 'calls to a proven gain', 'by role'],
];
const all: ProvenGain[] = [];
const describe = (name: string, runs: readonly ProvenGain[]): string[] => {
  const { gain, error, calls, proofCalls, proven, falselyProven, callsToGain, byRole } = sumProvenGains(runs);
  const share = (part: number): string => `${(100 * part).toFixed(0)} %`;
  return [
    name,
    `${gain.toFixed(3)} ± ${error.toFixed(3)}`,
    calls.toFixed(0),
    proofCalls.toFixed(0),
    share(proven),
    share(falselyProven),
    callsToGain?.toFixed(0) ?? '–',
    Object.entries(byRole)
      .map(([role, count]) => `${role} ${count.toFixed(0)}`)
      .join(', '),
  ];
};
for (const landscape of positionals[1] === 'own' ? HELD_OUT_LANDSCAPES : LANDSCAPES) {
  const runs: ProvenGain[] = [];
  for (let seed = 1; seed <= seeds; seed++) runs.push(await findProvenGain(world, { ...landscape, scoring }, seed));
  all.push(...runs);
  rows.push(describe(landscape.name, runs));
}
rows.push(describe('all', all));
console.log(renderTextTable(rows));
