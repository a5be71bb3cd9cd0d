// node scripts/calibration/sequentialProof.ts [runs] [minQueries] [maxQueries]: how the interval of the proof does under
// optional stopping. Differences are drawn with a true mean of 0 and of +0.5 points, and a look follows each query. For each
// kind of noise it prints the share of runs whose interval misses the truth at any look up to the last query, the false "better"
// and "worse", the power at +0.5 with the queries it took, and what is planned for +0.5 after the first look. No model is asked.
import { renderTextTable } from '../../evals/justEval/table.ts';
import { computeSequentialInterval, estimateMorePairs } from '../../statistics/sequentialInterval.ts';
import { createMersenneTwister } from '../../statistics/random.ts';

const [runs = 2000, minQueries = 6, maxQueries = 40] = process.argv.slice(2).map(Number);
const draw = createMersenneTwister(18);
const unit = (): number => (draw() + 0.5) / 2 ** 32;
const gauss = (): number => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
const clip = (x: number): number => Math.min(4, Math.max(-4, x));
const exponential = (): number => -Math.log(unit()) - 1;

const fivePoints = (): number => Math.min(5, Math.max(1, Math.round(4 + 0.9 * gauss())));
/** Standard deviation 0.7, mean 0. */
const logNormal = (): number => (0.7 * (Math.exp(0.7 * gauss()) - Math.exp(0.245))) / 1.016;

/** A loss in a share of queries that small gains on the others make up for. */
const rare =
  (loss: number, share: number, deviation = 0) =>
  (): number =>
    (unit() < share ? -loss : (loss * share) / (1 - share)) + deviation * gauss();

/** Differences with a mean of 0, in points. */
const NOISE: Record<string, () => number> = {
  'normal, sd 0.7': () => 0.7 * gauss(),
  'normal, sd 0.3': () => 0.3 * gauss(),
  'normal, sd 1': () => gauss(),
  'normal, sd 0.2': () => 0.2 * gauss(),
  'normal, sd 1.5': () => clip(1.5 * gauss()),
  'multiples of 0.2, sd 0.7': () => Math.round(3.5 * gauss()) / 5,
  'multiples of 0.2, 70 % ties': () => (unit() < 0.7 ? 0 : Math.round(5 * gauss()) / 5),
  'whole points, 60 % ties': () => (unit() < 0.6 ? 0 : unit() < 0.5 ? 1 : -1),
  'whole points, 90 % ties': () => (unit() < 0.9 ? 0 : unit() < 0.5 ? 1 : -1),
  'differences of 5-point scores': () => fivePoints() - fivePoints(),
  'log-normal, long gains': () => logNormal(),
  'log-normal, long losses': () => -logNormal(),
  'exponential, long gains': () => 0.7 * exponential(),
  'exponential, long losses': () => -0.7 * exponential(),
  't of 3, clipped': () => clip((0.4 * gauss()) / Math.sqrt((gauss() ** 2 + gauss() ** 2 + gauss() ** 2) / 3)),
  'mixture of sd 0.3 and 1.8': () => (unit() < 0.15 ? 1.8 : 0.3) * gauss(),
  'exponential, long losses, sd 1': () => -exponential(),
  '−1 in 20 %': rare(1, 0.2),
  '−2 in 5 %': rare(2, 0.05),
  '−2 in 10 %': rare(2, 0.1),
  '−2 in 10 %, else sd 0.3': rare(2, 0.1, 0.3),
  '+2 in 10 %': () => -rare(2, 0.1)(),
  '−2 in 25 %': rare(2, 0.25),
  '−3 in 10 %': rare(3, 0.1),
  '−4 in 5 %': rare(4, 0.05),
  'identical prompts': () => 0,
};

interface ProofRun {
  outcome: 'better' | 'worse' | 'open';
  queries: number;
  missed: boolean;
  /** The queries in all that are planned at the first look. */
  planned: number | null;
}

/** Asks until the interval leaves zero out, but looks on for misses. */
function proveOnce(noise: () => number, truth: number): ProofRun {
  const differences: number[] = [];
  const run: ProofRun = { outcome: 'open', queries: maxQueries, missed: false, planned: null };
  while (differences.length < maxQueries) {
    differences.push(noise() + truth);
    const interval = computeSequentialInterval(differences, minQueries);
    if (interval === null) continue;
    const { low, high } = interval;
    if (run.planned === null) run.planned = minQueries + (estimateMorePairs(0.5, differences, minQueries) ?? Infinity);
    if (truth < low || truth > high) run.missed = true;
    if (run.outcome === 'open' && (low > 0 || high < 0))
      Object.assign(run, { outcome: low > 0 ? 'better' : 'worse', queries: differences.length });
  }
  return run;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const average = (values: readonly number[]): string =>
  (values.reduce((sum, v) => sum + v, 0) / values.length).toFixed(1);
const rows = Object.entries(NOISE).map(([name, noise]) => {
  const equal = Array.from({ length: runs }, () => proveOnce(noise, 0));
  const gained = Array.from({ length: runs }, () => proveOnce(noise, 0.5));
  const share = (of: readonly ProofRun[], holds: (run: ProofRun) => boolean): string =>
    percent(of.filter(holds).length / of.length);
  return [
    name,
    share([...equal, ...gained], (run) => run.missed),
    share(equal, (run) => run.outcome === 'better'),
    share(equal, (run) => run.outcome === 'worse'),
    share(gained, (run) => run.outcome === 'better'),
    average(gained.map((run) => run.queries)),
    average(gained.map((run) => run.planned ?? maxQueries)),
  ];
});
console.log(
  renderTextTable([
    [
      'differences',
      'missed at any look',
      'false better',
      'false worse',
      'power at +0.5',
      'queries',
      'planned for +0.5',
    ],
    ...rows,
  ]),
);
