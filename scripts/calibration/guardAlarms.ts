// What the guards reject: real rewrites (false alarms), and the same rewrites with a planted fault.
//   node scripts/calibration/guardAlarms.ts [searches on the simulated models, default 20] [folder of the authors' data]
import { countPublishedRefusals, countSimulatedRefusals } from './countRefusals.ts';
import { countSupportRefusals } from './countSupportRefusals.ts';

const seedCount = Number(process.argv[2] ?? 20);
const dataFolder = process.argv[3];

const formatReasons = (reasons: Record<string, number>): string =>
  Object.entries(reasons)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ') || 'none';

if (dataFolder !== undefined) {
  const { rewrites, reasons, planted } = await countPublishedRefusals(dataFolder);
  console.log(`published runs: ${rewrites} rewrites, rejected: ${formatReasons(reasons)}`);
  for (const [name, { planted: all, caught }] of Object.entries(planted))
    console.log(`  planted, ${name}: ${caught} of ${all} rejected`);
}
const support = countSupportRefusals();
console.log(`40 support queries: ${support.sensible.refused} of ${support.sensible.rules} sensible rules rejected`);
for (const [name, { rules, refused }] of Object.entries(support.overfit))
  console.log(`  made for one query, ${name}: ${refused} of ${rules} rejected`);
const { rewrites, reasons, overfit, otherwise } = await countSimulatedRefusals(seedCount);
console.log(`${seedCount} simulated searches: ${rewrites} rewrites, rejected: ${formatReasons(reasons)}`);
console.log(
  `  rules for a single query: ${overfit.made} written, ${overfit.refused} rejected; other rewrites rejected for that reason: ${otherwise}`,
);
