import { createMersenneTwister, shuffle } from '../statistics/random.ts';
import type { Config } from '../run/config/loadConfig.ts';
import type { Assumptions } from './assumptions.ts';
import { makeDrawingNodes, type Draws } from './drawingNodes.ts';
import { averageForecasts, type Forecast, type ForecastRange } from './forecast.ts';
import type { PlanInput } from './planInput.ts';
import { forecastWalk } from './forecastWalk.ts';

/** The least, the expected and the most that a config takes: the extremes and the mean of walks through its graph. */
export async function forecastRange(input: PlanInput, assumed: Assumptions): Promise<ForecastRange> {
  const walk = (draws: Draws): Promise<Forecast> =>
    forecastWalk(input, assumed, makeDrawingNodes(input.config, input.nodes, assumed, draws));
  const [samples, extremes]: [Forecast[], Forecast[]] = [[], []];
  for (const draws of drawWalks(assumed, countWalks(input.config))) samples.push(await walk(draws));
  for (const draws of listExtremeDraws(input.config)) extremes.push(await walk(draws));
  const byCalls = [...samples, ...extremes].toSorted((a, b) => a.calls.total - b.calls.total);
  const expected = averageForecasts(input.config, samples);
  return { least: byCalls[0] ?? expected, expected, most: byCalls.at(-1) ?? expected };
}

/** About how many judgements all walks have together, and the most walks. */
const [TOTAL_JUDGEMENTS, MAX_WALKS] = [2500, 16];

/** Counts the walks that make a stable mean: fewer if each is long. */
function countWalks({ search }: Config): number {
  const judgements = (search.depth + search.maxDepthIncrease) * search.beamWidth * search.actions;
  return Math.min(MAX_WALKS, Math.max(1, Math.round(TOTAL_JUDGEMENTS / judgements)));
}

/** The share of responses, 0 to 1, whose quality is drawn for themselves. The query decides the quality of all others. */
const OWN_SHARE = 0.2;

/**
 * Draws of several walks, the same each time. On every query the walks together cover the range of a draw evenly (a Latin
 * hypercube), so that few walks have a stable mean.
 */
export function drawWalks({ keptShare, fullMarks, taken }: Assumptions, count: number): Draws[] {
  const random = createMersenneTwister(0);
  const uniform = (): number => (random() + 0.5) / 2 ** 32;
  const queries: number[][] = [];
  const drawQuery = (walk: number, query: number): number => {
    queries[query] ??= shuffle([...Array(count).keys()], random).map((place) => (place + uniform()) / count);
    return queries[query][walk] ?? 0;
  };
  return Array.from({ length: count }, (_, walk) => ({
    judge: (query, _response, isFirstPrompt) => {
      const draw = uniform() < OWN_SHARE ? uniform() : drawQuery(walk, query);
      return draw < fullMarks ? 'perfect' : draw < keptShare && !isFirstPrompt ? 'kept' : 'rewritten';
    },
    isNew: () => uniform() < taken,
    exampleRewrites: () => Infinity,
  }));
}

/**
 * Walks near the ends of the range: everything is kept; nothing is; or every first, second, or third query keeps one prompt,
 * as long as that adds to the depth.
 */
function listExtremeDraws({ search: { strategy, maxDepthIncrease } }: Config): Draws[] {
  const none: Draws = { judge: () => 'rewritten', isNew: () => true, exampleRewrites: () => Infinity };
  if (strategy.name === 'monte-carlo' || strategy.name === 'best-of-n')
    return [none, { ...none, isNew: () => false, exampleRewrites: () => 0 }];
  const keepOne = (every: number): Draws => ({
    ...none,
    judge: (query, response) =>
      response === 0 && query % every === 1 % every && query >= 1 && query <= every * maxDepthIncrease
        ? 'perfect'
        : 'rewritten',
  });
  const all: Draws = { ...none, judge: () => 'perfect', exampleRewrites: () => 0 };
  return [none, all, keepOne(1), keepOne(2), keepOne(3)];
}
