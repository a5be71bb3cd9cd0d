// Do the checks of `evaluate --bias` find a planted bias and leave an unbiased judge alone? On the simulated models, over
// many seeds: two judges of the answers of two models, 40 instructions; a bias planted in the first judge, or none.
//   node scripts/calibration/biasAlarms.ts [seeds, default 50]
import type { CheckName } from '../../evals/bias/check.ts';
import { simulatedBias, type Plant } from './biasTrials.ts';

const seeds = Number(process.argv[2] ?? 50);
const PLANTS: readonly Plant[] = ['none', 'hasty', 'lavish', 'self'];
/** The association of points with length is no claim of a bias: good answers may be long. */
const CLAIMS: readonly CheckName[] = ['position', 'padding', 'self'];

for (const plant of PLANTS) {
  const found = new Map<string, number>();
  let any = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const { findings } = await simulatedBias(plant, seed);
    const biased = findings.filter((f) => CLAIMS.includes(f.check) && f.verdict === 'higher');
    if (biased.length) any++;
    for (const { check, judge } of biased)
      found.set(`${check} of ${judge}`, (found.get(`${check} of ${judge}`) ?? 0) + 1);
  }
  const told = [...found].map(([what, count]) => `${what} ${count}`).join(', ') || 'nothing';
  console.log(`planted: ${plant}; found in ${seeds} runs: ${told}; runs with any finding ${any}`);
}
