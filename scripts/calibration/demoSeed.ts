// npm run demo-seed: runs `npm start` with the seeds 1 to 20 and prints each verdict and true gain, then the seed of the median
// gain, which cli/demo.ts uses. No request leaves this machine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTrueQualities } from '../../cli/demoEnd.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { optimize } from '../../run/optimize.ts';

const SEEDS = 20;
const runs: { seed: number; gain: number }[] = [];
for (let seed = 1; seed <= SEEDS; seed++) {
  const folder = mkdtempSync(join(tmpdir(), 'drpo-demo-'));
  const set = ['examples.rewrite=true', `queries.seed=${seed}`];
  const { verdict, calls } = await optimize({ config: loadConfig({ roles: { optimizer: 'simulated' }, set }), folder });
  const { first, best } = await readTrueQualities(folder);
  runs.push({ seed, gain: best - first });
  const sent = Object.values(calls ?? {}).reduce((sum, n) => sum + n, 0);
  console.log(`seed ${seed}: true gain ${(best - first).toFixed(2)}, ${sent} calls, ${verdict?.text}`);
  rmSync(folder, { recursive: true });
}
const sorted = runs.toSorted((a, b) => a.gain - b.gain);
console.log(`median gain: seed ${sorted[Math.floor((SEEDS - 1) / 2)]?.seed}`);
