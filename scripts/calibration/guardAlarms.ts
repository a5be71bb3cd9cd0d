// What the guards refuse: of rewrites really made (false alarms), and of the same rewrites with a fault planted in them.
//   node scripts/calibration/guardAlarms.ts [searches on the simulated models, default 20] [the authors' data, default ../shared/data/drpo]
import { existsSync } from 'node:fs';
import { countPublishedRefusals, countSimulatedRefusals } from './countRefusals.ts';

const seedCount = Number(process.argv[2] ?? 20);
const dataFolder = process.argv[3] ?? '../shared/data/drpo';

const formatReasons = (reasons: Record<string, number>): string =>
  Object.entries(reasons)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ') || 'none';

if (existsSync(dataFolder)) {
  const { rewrites, reasons, planted } = await countPublishedRefusals(dataFolder);
  console.log(`published runs: ${rewrites} rewrites, refused: ${formatReasons(reasons)}`);
  for (const [name, { planted: all, caught }] of Object.entries(planted))
    console.log(`  planted, ${name}: ${caught} of ${all} refused`);
}
const { rewrites, reasons, overfit, otherwise } = await countSimulatedRefusals(seedCount);
console.log(`${seedCount} simulated searches: ${rewrites} rewrites, refused: ${formatReasons(reasons)}`);
console.log(
  `  bullets for one query alone: ${overfit.made} made, ${overfit.refused} refused; refused as such and none: ${otherwise}`,
);
