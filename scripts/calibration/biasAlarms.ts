// Do the checks of `evaluate --bias` find a planted bias and leave an unbiased judge alone? On the simulated models, over
// many seeds: two judges of the answers of two models, 40 instructions; a bias planted in the first judge, or none.
//   node scripts/calibration/biasAlarms.ts [seeds, default 50]
import type { BiasCheckName } from '../../evals/bias/biasCheck.ts';
import { simulateBias, type PlantedBias } from './simulateBias.ts';

const seedCount = Number(process.argv[2] ?? 50);
const PLANTED_BIASES: readonly PlantedBias[] = ['none', 'hasty', 'lavish', 'self'];
/** The association of points with length is no claim of a bias: good answers may be long. */
const BIAS_CHECKS: readonly BiasCheckName[] = ['position', 'padding', 'self'];

for (const plant of PLANTED_BIASES) {
  const found = new Map<string, number>();
  let any = 0;
  for (let seed = 1; seed <= seedCount; seed++) {
    const { findings } = await simulateBias(plant, seed);
    const biased = findings.filter((f) => BIAS_CHECKS.includes(f.check) && f.verdict === 'higher');
    if (biased.length) any++;
    for (const { check, judge } of biased)
      found.set(`${check} of ${judge}`, (found.get(`${check} of ${judge}`) ?? 0) + 1);
  }
  const told = [...found].map(([what, count]) => `${what} ${count}`).join(', ') || 'nothing';
  console.log(`planted: ${plant}; found in ${seedCount} runs: ${told}; runs with any finding ${any}`);
}
