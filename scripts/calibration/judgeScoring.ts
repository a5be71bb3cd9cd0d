// What a search gains with scores that are whole points, and with expected values, in worlds whose truth is known.
//   node scripts/calibration/judgeScoring.ts [seeds, 40]
// The small judge has about the means and the noise of Qwen2.5-Coder 1.5B (docs/judges.md); its spread is a guess. No model is asked.
import { HELD_OUT_LANDSCAPES, LANDSCAPES, type Landscape } from '../../evals/landscapes/landscapes.ts';
import { searchLandscape, summarizeLandscapeRuns, type LandscapeRun } from '../../evals/landscapes/landscapeRuns.ts';
import { computeMean } from '../../statistics/computeMean.ts';

type Judging = Pick<Landscape, 'scoring' | 'judgeNoise' | 'center' | 'spread'>;
const JUDGES: Record<string, Judging> = {
  'published noise, points': {},
  'published noise, expected': { scoring: 'expected' },
  'small judge, points': { judgeNoise: 0.29, center: 4.6, spread: 0.5 },
  'small judge, expected': { scoring: 'expected', judgeNoise: 0.22, center: 3.93, spread: 0.35 },
};
const seeds = Number(process.argv[2] ?? 40);

for (const [name, judging] of Object.entries(JUDGES)) {
  const all: LandscapeRun[] = [];
  const gains: string[] = [];
  for (const landscape of [...LANDSCAPES, ...HELD_OUT_LANDSCAPES]) {
    const runs: LandscapeRun[] = [];
    for (let seed = 1; seed <= seeds; seed++) runs.push(await searchLandscape({ ...landscape, ...judging }, {}, seed));
    gains.push(summarizeLandscapeRuns(landscape.name, runs).gain.toFixed(2));
    all.push(...runs);
  }
  const { gain, error, worse, evaluations, settled, falselyBetter } = summarizeLandscapeRuns(name, all);
  const rewrites = computeMean(all.map((run) => run.rewrites)) ?? 0;
  console.log(
    `${name}: gain ${gain.toFixed(3)} ± ${error.toFixed(3)}, worse ${(100 * worse).toFixed(1)} %, ${evaluations.toFixed(0)} judgements, ${rewrites.toFixed(0)} rewrites, settled ${(100 * settled).toFixed(0)} %, falsely better ${(100 * falselyBetter).toFixed(1)} %; by landscape ${gains.join(' ')}`,
  );
}
