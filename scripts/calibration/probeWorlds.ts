// node scripts/calibration/probeWorlds.ts [worlds, default 120] [seeds, default 3] [landscape seeds, default 40]: what a probe of about
// 30 calls tells of the gain of a search. No model is asked. In worlds that differ in what a probe can see, it prints how well the
// expected gain tells worlds in which a search cannot help (AUC), and how often the range holds a run's true gain. On the
// landscapes it prints the correlation of expected and true gain, beside that of an ideal observer, which knows all landscapes.
import {
  createLandscapeWorld,
  HELD_OUT_LANDSCAPES,
  LANDSCAPES,
  type Landscape,
} from '../../evals/landscapes/landscapes.ts';
import { makeSampleJudge, searchLandscape } from '../../evals/landscapes/landscapeRuns.ts';
import { drawProbeWorlds } from '../../evals/landscapes/probeWorlds.ts';
import { askProbe, type ProbeObservations } from '../../forecast/probe/askProbe.ts';
import { WORTHWHILE_GAIN } from '../../forecast/probe/describeProbe.ts';
import { computeRoom, estimateGain, type GainEstimate } from '../../forecast/probe/estimateGain.ts';
import { rateLeads, summarizeProbe } from '../../forecast/probe/probeLikelihood.ts';
import { resolveSearchOptions } from '../../graphs/searchOptions.ts';

interface ProbedRun {
  landscape: Landscape;
  seen: ProbeObservations;
  estimate: GainEstimate;
  /** The true gain of the run, in points. */
  gain: number;
}

const QUERIES = Array.from({ length: 180 }, (_, i) => ({ text: `query ${i}`, source: '' }));

async function probeAndSearch(landscape: Landscape, seed: number): Promise<ProbedRun> {
  const { nodes } = createLandscapeWorld(landscape, seed);
  const repeatJudge = makeSampleJudge(nodes.judge, 1);
  const options = resolveSearchOptions({ initialPrompt: '0' });
  const seen = await askProbe({ nodes, repeatJudge }, { queries: QUERIES, examples: [] }, options);
  const { gain } = await searchLandscape(landscape, {}, seed);
  return { landscape, seen, estimate: estimateGain(seen), gain };
}

async function probeAll(landscapes: readonly Landscape[], seeds: number, firstSeed: number): Promise<ProbedRun[]> {
  const runs: ProbedRun[] = [];
  for (const [place, landscape] of landscapes.entries())
    for (let seed = 1; seed <= seeds; seed++)
      runs.push(await probeAndSearch(landscape, firstSeed + 1000 * place + seed));
  return runs;
}

const average = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const groupByWorld = (runs: readonly ProbedRun[]): Map<Landscape, number> =>
  new Map(
    [...new Set(runs.map((r) => r.landscape))].map((one) => [
      one,
      average(runs.flatMap(({ landscape, gain }) => (landscape === one ? [gain] : []))),
    ]),
  );

/** The chance that the lower group has the lower value. */
function computeAuc(lower: readonly number[], higher: readonly number[]): number {
  const wins = lower.flatMap((a) => higher.map((b) => (a < b ? 1 : a === b ? 0.5 : 0)));
  return average(wins);
}

function correlate(xs: readonly number[], ys: readonly number[]): number {
  const [x, y] = [average(xs), average(ys)];
  const multiply = (a: readonly number[], b: readonly number[]): number =>
    average(a.map((v, i) => (v - (a === xs ? x : y)) * ((b[i] ?? 0) - (b === xs ? x : y))));
  return multiply(xs, ys) / Math.sqrt(multiply(xs, xs) * multiply(ys, ys));
}

/** The gain that somebody expects who knows all landscapes, their noise and their mean gains, but not which of them it is. */
function observeIdeally({ seen }: ProbedRun, gains: ReadonlyMap<Landscape, number>): number {
  const summary = summarizeProbe(seen);
  const room = computeRoom(0.27); // of the first prompt on a landscape
  const noise = Math.hypot(0.33, Math.sqrt((0.34 ** 2 + 1 / 12) / 3.3)); // an answer, and a judge who rounds, in 3.3 aspects
  const weights = [...gains].map(([landscape, gain]) => {
    const change = landscape.kind === 'walk' ? landscape.mean : landscape.strength * landscape.target;
    return { gain, weight: Math.exp(rateLeads(summary, { mean: room * change, spread: room * landscape.sd, noise })) };
  });
  return weights.reduce((sum, w) => sum + w.weight * w.gain, 0) / weights.reduce((sum, w) => sum + w.weight, 0);
}

const [worlds = 120, seeds = 3, landscapeSeeds = 40] = process.argv.slice(2).map(Number);
const inWorlds = await probeAll(drawProbeWorlds(worlds, 18), seeds, 1_000_000);
const trueGains = groupByWorld(inWorlds);
const expectIf = (helps: boolean): number[] =>
  inWorlds.flatMap(({ landscape, estimate }) =>
    (trueGains.get(landscape) ?? 0) >= WORTHWHILE_GAIN === helps ? [estimate.mean] : [],
  );
const describeRange = (runs: readonly ProbedRun[]): string => {
  const held = runs.filter(({ estimate: { low, high }, gain }) => gain >= low - 0.005 && gain <= high + 0.005);
  return `the range holds the true gain in ${((100 * held.length) / runs.length).toFixed(1)} % of ${runs.length} runs`;
};
const [cannot, can] = [expectIf(false), expectIf(true)];
console.log(
  `worlds: ${cannot.length} of ${inWorlds.length} probes are of worlds that gain less than ${WORTHWHILE_GAIN}; AUC ${computeAuc(cannot, can).toFixed(3)}; ${describeRange(inWorlds)}`,
);
const toldOff = inWorlds.filter(({ estimate }) => estimate.mean < WORTHWHILE_GAIN);
console.log(
  `told that it will not help: ${toldOff.length} probes, whose searches gain ${average(toldOff.map((r) => r.gain)).toFixed(3)} on average; the others gain ${average(inWorlds.flatMap((r) => (toldOff.includes(r) ? [] : [r.gain]))).toFixed(3)}`,
);
const onLandscapes = await probeAll([...LANDSCAPES, ...HELD_OUT_LANDSCAPES], landscapeSeeds, 2_000_000);
const gains = groupByWorld(onLandscapes);
const truth = onLandscapes.map(({ gain }) => gain);
const expected = onLandscapes.map(({ estimate }) => estimate.mean);
const ideal = onLandscapes.map((run) => observeIdeally(run, gains));
console.log(
  `landscapes: correlation with the true gain ${correlate(expected, truth).toFixed(2)}, of an ideal observer ${correlate(ideal, truth).toFixed(2)}; ${describeRange(onLandscapes)}`,
);
