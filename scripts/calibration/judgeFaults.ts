// Does `drpo judge --labels` tell harsh, lenient, noisy and length-loving judges apart, and find nothing in a fair one? And do its
// intervals hold the truth? Labels of people and a judge's points are simulated, for each seed and number of queries.
//   node scripts/calibration/judgeFaults.ts [seeds, default 200]
import { measureJudge } from '../../evals/judge/measureJudge.ts';
import { simulateLabels, type PlantedFault } from './simulateLabels.ts';

const seedCount = Number(process.argv[2] ?? 200);
const FAULTS: readonly PlantedFault[] = ['none', 'harsh', 'lenient', 'noisy', 'prefers-long'];
/** Queries of a simulation, each with one response and two labels. */
const QUERY_COUNTS = [30, 60, 100];
const LARGE_SAMPLE = 3000;

for (const quality of [3.2, 4])
  for (const fault of FAULTS) {
    const truth = measureJudge(simulateLabels({ fault, quality, seed: 1, queries: LARGE_SAMPLE }));
    const truths = [truth.kappa?.mean, truth.bias?.mean, truth.lengthSlope?.mean, truth.correlation?.mean];
    for (const queries of QUERY_COUNTS) {
      const held = [0, 0, 0, 0];
      const found = new Map<string, number>();
      for (let seed = 1; seed <= seedCount; seed++) {
        const { kappa, bias, lengthSlope, correlation, faults } = measureJudge(
          simulateLabels({ fault, quality, seed: 1000 + seed, queries }),
        );
        for (const [i, figure] of [kappa, bias, lengthSlope, correlation].entries())
          if ((figure?.low ?? NaN) <= (truths[i] ?? NaN) && (figure?.high ?? NaN) >= (truths[i] ?? NaN))
            held[i] = (held[i] ?? 0) + 1;
        const codes = faults.map(({ code }) => code).join('+') || 'none';
        found.set(codes, (found.get(codes) ?? 0) + 1);
      }
      const percent = (count: number): string => `${((100 * count) / seedCount).toFixed(1)} %`;
      const others = [...found].filter(([codes]) => codes !== fault).map(([codes, count]) => `${codes} ${count}`);
      console.log(
        `quality ${quality}, planted ${fault}, ${queries} queries: found alone in ${percent(found.get(fault) ?? 0)}; intervals of kappa, bias, slope and correlation hold the truth in ${held.map(percent).join(', ')}; other findings: ${others.join(', ') || 'none'}`,
      );
    }
    console.log(`  truths: ${truths.map((value) => value?.toFixed(2)).join(', ')}`);
  }
