import { computeNormalTail } from '../../statistics/computeNormalTail.ts';
import type { ProbeObservations } from './askProbe.ts';
import { rateLeads, rateNoise, rateShare, summarizeProbe, type ProbeSummary } from './probeLikelihood.ts';

// What a probe says of the gain of a search. Few answers leave much open, so every world of a grid is weighed by how well it
// explains them. A formula with the search's own constants gives the gain in each world.

/** A world as a search meets it. Points are those of a reward. */
export interface ProbeWorld {
  /** Mean and standard deviation of what a rewrite changes, in points, if no answer had full marks. */
  change: number;
  prompts: number;
  /** Standard deviations of a reward from the answer and from the judge, in points. */
  answers: number;
  judge: number;
  /** Shares, 0 to 1, of answers with full marks and of rewrites that are usable. */
  fullMarks: number;
  usable: number;
}

/** The values that are weighed, with their weights before the probe: those of the published runs and the landscapes weigh most. */
const GRID: { [K in keyof ProbeWorld]: readonly (readonly [value: number, weight: number])[] } = {
  change: [
    [-0.2, 1],
    [-0.1, 2],
    [0, 3],
    [0.1, 3],
    [0.2, 2],
    [0.35, 1],
  ],
  prompts: [
    [0.03, 1],
    [0.07, 1],
    [0.12, 2],
    [0.18, 2],
    [0.25, 1.5],
    [0.4, 0.5],
  ],
  answers: [
    [0.2, 1],
    [0.35, 2],
    [0.6, 1],
  ],
  judge: [
    [0.1, 1],
    [0.2, 2],
    [0.35, 1],
    [0.6, 1],
    [1, 1],
    [1.6, 1],
  ],
  fullMarks: [
    [0.03, 1],
    [0.15, 1],
    [0.3, 1],
    [0.45, 1],
    [0.6, 1],
    [0.75, 1],
    [0.9, 1],
    [0.98, 1],
  ],
  usable: [
    [0, 1],
    [0.1, 0.5],
    [0.3, 0.5],
    [0.5, 0.5],
    [0.7, 0.5],
    [0.9, 1],
    [1, 2],
  ],
};

/**
 * The constants of the gain, fitted to worlds with known gains (docs/final.md#the-probe): what the change and the
 * spread of rewrites are worth, the judgements that bear on a prompt in all, and how far a gain must stand out to be returned.
 */
const GAIN = { change: 0.6, spread: 3.1, judgements: 20, caution: 1, noise: 0.3 };
/** Standard deviation of a run's gain around the gain of its world, in points: a base, a share of the gain, and at most. */
const LUCK = { base: 0.04, share: 1, most: 0.33 };
/** The share of a run's possible gains, 0 to 1, that lies on each side of the range. */
const RANGE_TAIL = 0.04;
/** A world so much less likely than the best, as a logarithm, does not count. */
const NEGLIGIBLE = 9;

/** What a search is expected to gain, in points, with the range that holds nine of ten runs. */
export interface GainEstimate {
  mean: number;
  low: number;
  high: number;
  /** The expected world. */
  world: ProbeWorld;
}

/** Estimates what a search gains from what a probe saw. */
export function estimateGain(seen: ProbeObservations): GainEstimate {
  const worlds = weighWorlds(summarizeProbe(seen));
  const expect = (of: (world: WeighedWorld) => number): number =>
    worlds.reduce((sum, world) => sum + world.weight * of(world), 0);
  const gains = sumWeights(worlds);
  return {
    mean: expect(({ gain }) => gain),
    // a search seldom returns a prompt that is worse than its first one
    low: Math.max(0, findQuantile(gains, RANGE_TAIL)),
    high: findQuantile(gains, 1 - RANGE_TAIL),
    world: {
      change: expect((w) => w.change),
      prompts: expect((w) => w.prompts),
      answers: expect((w) => w.answers),
      judge: expect((w) => w.judge),
      fullMarks: expect((w) => w.fullMarks),
      usable: expect((w) => w.usable),
    },
  };
}

/** The weights of worlds by their gain in hundredths of a point. */
function sumWeights(worlds: readonly WeighedWorld[]): [gain: number, weight: number][] {
  const weights = new Map<number, number>();
  for (const { gain, weight } of worlds) {
    const rounded = Math.round(100 * gain) / 100;
    weights.set(rounded, (weights.get(rounded) ?? 0) + weight);
  }
  return [...weights];
}

/** The gain in points below which a share, 0 to 1, of runs lies. */
function findQuantile(gains: readonly (readonly [gain: number, weight: number])[], share: number): number {
  let [low, high] = [-1, 4];
  while (high - low > 0.005) {
    const middle = (low + high) / 2;
    const below = gains.reduce((sum, [gain, weight]) => sum + weight * computeChanceBelow(middle, gain), 0);
    if (below < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Predicts the mean gain of searches in a world, in points. */
export function predictGain({ change, prompts, answers, judge, fullMarks, usable }: ProbeWorld): number {
  const room = computeRoom(fullMarks);
  const noise = Math.hypot(answers, judge);
  const spread = room * prompts;
  const accuracy = spread / Math.sqrt(spread ** 2 + noise ** 2 / GAIN.judgements);
  const gain = Math.sqrt(usable) * (GAIN.change * room * change + GAIN.spread * spread * accuracy);
  return gain <= 0 ? 0 : gain * (1 - computeNormalTail(gain / (GAIN.noise * noise) - GAIN.caution));
}

/** The share of a prompt's change that shows in rewards, if so many answers have full marks: those cannot get better. */
export const computeRoom = (fullMarks: number): number => 1 - fullMarks ** 1.5;

function computeChanceBelow(points: number, gain: number): number {
  const luck = Math.min(LUCK.most, LUCK.base + LUCK.share * gain);
  return 1 - computeNormalTail((points - gain) / luck);
}

/** A world with its gain in points and its weight. */
interface WeighedWorld extends ProbeWorld {
  gain: number;
  weight: number;
}

/** Weighs all worlds of the grid; the weights add up to 1. */
function weighWorlds(seen: ProbeSummary): WeighedWorld[] {
  const all: (ProbeWorld & { log: number })[] = [];
  const combine = <A, B>(as: readonly A[], bs: readonly B[]): [A, B][] =>
    as.flatMap((a) => bs.map((b): [A, B] => [a, b]));
  const rewrites = combine(GRID.change, GRID.prompts);
  for (const [[answers, aw], [judge, jw]] of combine(GRID.answers, GRID.judge)) {
    const noise = Math.log(aw * jw) + rateNoise(seen, answers, judge);
    for (const [fullMarks, fw] of GRID.fullMarks) {
      const marks = noise + Math.log(fw) + rateShare(seen.fullMarks, fullMarks);
      for (const [[change, cw], [prompts, pw]] of rewrites) {
        const room = computeRoom(fullMarks);
        const effect = { mean: room * change, spread: room * prompts, noise: Math.hypot(answers, judge) };
        const leads = marks + Math.log(cw * pw) + rateLeads(seen, effect);
        for (const [usable, uw] of GRID.usable)
          all.push({
            change,
            prompts,
            answers,
            judge,
            fullMarks,
            usable,
            log: leads + Math.log(uw) + rateShare(seen.usable, usable),
          });
      }
    }
  }
  const most = all.reduce((max, { log }) => Math.max(max, log), -Infinity);
  const likely = all
    .filter(({ log }) => log > most - NEGLIGIBLE)
    .map(({ log, ...world }) => ({ ...world, gain: predictGain(world), weight: Math.exp(log - most) }));
  const total = likely.reduce((sum, { weight }) => sum + weight, 0);
  return likely.map((world) => ({ ...world, weight: world.weight / total }));
}
