// node scripts/calibration/scoringSearches.ts [searches, 120] [key=value ...]: the searches of `npm start` on the simulated models,
// each with models and queries of its own, with points and with the odds of the digits. It prints how many points the best prompt
// gained, how good it is, and how often the first prompt was returned. The keys are those of a config. No request leaves this machine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTrueQualities } from '../../cli/demoEnd.ts';
import { BUDGETED_ROLES } from '../../models/roles.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { optimize } from '../../run/optimize.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { computePairedInterval } from '../../statistics/pairedInterval.ts';

const [searches = '120', ...keys] = process.argv.slice(2);
const WAYS = { points: ['judge.scoring=points'], odds: ['judge.scoring=expected'] };

/** The gain and the quality of a search's prompt, 1 to 5, over all queries of the simulation, and what the search claims. */
interface Search {
  gain: number;
  best: number;
  calls: number;
  outcome: string;
}

async function search(seed: number, way: readonly string[]): Promise<Search> {
  const folder = mkdtempSync(join(tmpdir(), 'drpo-scoring-'));
  // the simulated optimizer's texts depend on the seed too: otherwise all searches share one rewriting of the examples
  const models = BUDGETED_ROLES.filter((role) => role !== 'proofJudge').map(
    (role) => `models.${role}={"provider":"simulated","seed":${seed}}`,
  );
  const set = ['examples.rewrite=true', `queries.seed=${seed}`, ...models, ...way, ...keys];
  const { verdict, calls } = await optimize({ config: loadConfig({ set }), folder });
  const { first, best } = await readTrueQualities(folder);
  rmSync(folder, { recursive: true });
  const sent = Object.values(calls ?? {}).reduce((sum, n) => sum + n, 0);
  return { gain: best - first, best, calls: sent, outcome: verdict?.outcome ?? 'none' };
}

const runs: Record<keyof typeof WAYS, Search[]> = { points: [], odds: [] };
for (let seed = 1; seed <= Number(searches); seed++)
  for (const way of ['points', 'odds'] as const) runs[way].push(await search(seed, WAYS[way]));

for (const [way, all] of Object.entries(runs)) {
  const mean = (pick: (one: Search) => number): string => (computeMean(all.map(pick)) ?? NaN).toFixed(3);
  const count = (outcome: string): number => all.filter((one) => one.outcome === outcome).length;
  console.log(
    `${way}: gain ${mean((one) => one.gain)}, best prompt ${mean((one) => one.best)}, ${mean((one) => one.calls)} calls; of ${all.length} searches ${count('no-change')} returned the first prompt and ${count('better')} proved a gain at once`,
  );
}
const interval = computePairedInterval(runs.odds.map(({ best }, i) => best - (runs.points[i]?.best ?? NaN)));
console.log(
  `odds minus points: ${interval?.mean.toFixed(3)} (${interval?.low.toFixed(3)} to ${interval?.high.toFixed(3)})`,
);
