// Do the checks of `evaluate --bias` find a planted bias, and nothing in an unbiased judge? On the simulated models, for each
// seed: two judges of two models' answers to 40 instructions, with a bias in the first judge or none.
//   node scripts/calibration/biasAlarms.ts [seeds, default 50]
import type { BiasCheckName } from '../../evals/bias/biasCheck.ts';
import { simulateBias, type PlantedBias } from './simulateBias.ts';

const seedCount = Number(process.argv[2] ?? 50);
const PLANTED_BIASES: readonly PlantedBias[] = ['none', 'hasty', 'lavish', 'self'];
/** The check of length is left out, since good answers may be long. */
const BIAS_CHECKS: readonly BiasCheckName[] = ['position', 'padding', 'self'];

for (const plant of PLANTED_BIASES) {
  const countByFinding = new Map<string, number>();
  let runsWithFinding = 0;
  for (let seed = 1; seed <= seedCount; seed++) {
    const { findings } = await simulateBias(plant, seed);
    const biased = findings.filter((f) => BIAS_CHECKS.includes(f.check) && f.verdict === 'higher');
    if (biased.length) runsWithFinding++;
    for (const { check, judge } of biased) {
      const finding = `${check} of ${judge}`;
      countByFinding.set(finding, (countByFinding.get(finding) ?? 0) + 1);
    }
  }
  const findings = [...countByFinding].map(([finding, count]) => `${finding} ${count}`).join(', ') || 'none';
  console.log(
    `planted: ${plant}; findings in ${seedCount} runs: ${findings}; runs with any finding: ${runsWithFinding}`,
  );
}
