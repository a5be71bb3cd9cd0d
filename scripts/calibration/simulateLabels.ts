import type { LabelPair } from '../../evals/judge/labelledResponse.ts';
import { createMersenneTwister } from '../../statistics/random.ts';

/** What is planted in a simulated judge, or nothing. */
export type PlantedFault = 'none' | 'harsh' | 'lenient' | 'noisy' | 'prefers-long';

/** How labels and judge are simulated. */
export interface LabelSimulation {
  fault: PlantedFault;
  seed: number;
  /** Queries, each with one response; 100 by default. */
  queries?: number;
  criteria?: readonly string[];
  /** The mean quality of the responses, in points; 3.2 by default. */
  quality?: number;
}

/** Standard deviations and effects, in points. */
const PEOPLE_NOISE = 0.3;
const JUDGE_NOISE = 0.5;
const NOISY_JUDGE_NOISE = 1.6;
const SHIFT = 0.7;
const POINTS_PER_DOUBLING = 0.6;
/** Good responses are longer: doublings for each point of quality. */
const DOUBLINGS_PER_POINT = 0.3;

const toPoints = (value: number): number => Math.min(5, Math.max(1, Math.round(value)));

/** Simulates labels by people and the points of a judge with a planted fault. Both are whole points of 1 to 5. */
export function simulateLabels({
  fault,
  seed,
  queries = 100,
  criteria = ['Helpfulness', 'Depth'],
  quality = 3.2,
}: LabelSimulation): LabelPair[] {
  const draw = createMersenneTwister(seed);
  const drawNormal = (): number =>
    Math.sqrt(-2 * Math.log((draw() + 1) / 2 ** 32)) * Math.cos((2 * Math.PI * draw()) / 2 ** 32);
  const noise = fault === 'noisy' ? NOISY_JUDGE_NOISE : JUDGE_NOISE;
  const shift = fault === 'harsh' ? -SHIFT : fault === 'lenient' ? SHIFT : 0;
  const slope = fault === 'prefers-long' ? POINTS_PER_DOUBLING : 0;
  return Array.from({ length: queries }, (_, response) => {
    const good = quality + 0.8 * drawNormal();
    const doublings = DOUBLINGS_PER_POINT * (good - quality) + 0.8 * drawNormal();
    return criteria.map((criterion): LabelPair => {
      const truth = good + 0.6 * drawNormal();
      return {
        query: `query ${response}`,
        response,
        criterion,
        length: Math.max(1, Math.round(400 * 2 ** doublings)),
        points: toPoints(truth + PEOPLE_NOISE * drawNormal()),
        score: toPoints(truth + shift + slope * doublings + noise * drawNormal()),
      };
    });
  }).flat();
}
