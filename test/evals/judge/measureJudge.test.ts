import { expect, it } from '@jest/globals';
import type { LabelPair } from '../../../evals/judge/labelledResponse.ts';
import { measureJudge, type JudgeMeasures } from '../../../evals/judge/measureJudge.ts';
import { simulateLabels, type PlantedFault } from '../../../scripts/calibration/simulateLabels.ts';

const findCodes = (fault: PlantedFault): string =>
  measureJudge(simulateLabels({ fault, seed: 2, queries: 40, criteria: ['Depth'] }))
    .faults.map(({ code }) => code)
    .join(' ');

it.each(['harsh', 'lenient', 'noisy', 'prefers-long'] as const)(
  'a judge that is %s is told apart from others',
  (fault) => {
    expect(findCodes(fault)).toBe(fault);
  },
);

it('a fair judge has no fault, and one with the same points for all is constant', () => {
  expect(findCodes('none')).toBe('');
  const constant = simulateLabels({ fault: 'none', seed: 1, queries: 20 }).map((pair) => ({ ...pair, score: 4 }));
  const { faults, correlation, kappa } = measureJudge(constant);
  expect([faults.map(({ code }) => code), correlation, kappa?.mean]).toEqual([['constant'], null, 0]);
});

it('sixty labels tell a noisy judge from a fair one, which by their correlation alone they seldom do', () => {
  const seeds = Array.from({ length: 16 }, (_, i) => 100 + i);
  const measure = (fault: PlantedFault) =>
    seeds.map((seed) => measureJudge(simulateLabels({ fault, seed, queries: 60, criteria: ['Depth'] })));
  const isNoisy = ({ faults }: JudgeMeasures): boolean => faults.some(({ code }) => code === 'noisy');
  const noisy = measure('noisy');
  expect(noisy.filter(isNoisy).length).toBeGreaterThanOrEqual(15);
  expect(noisy.filter(({ correlation }) => (correlation?.high ?? 1) < 0.7).length).toBeLessThan(15);
  expect(measure('none').filter(({ faults }) => faults.length > 0).length).toBeLessThanOrEqual(1);
});

it('the deviation is what the points vary by around the labels, in points', () => {
  const spread = Array.from({ length: 40 }, (_, i) =>
    makePair(i, { points: 1 + (i % 4), score: 1 + (i % 4) + (i % 8 < 4 ? 0.5 : -0.5), length: 100 + (i % 2) }),
  );
  const { deviation } = measureJudge(spread);
  expect(deviation?.mean).toBeCloseTo(0.5 * Math.sqrt(40 / 38), 2);
  expect(measureJudge(spread.map((pair) => ({ ...pair, score: pair.points ?? 0 }))).deviation?.mean).toBe(0);
});

const makePair = (query: number, given: Partial<LabelPair>): LabelPair => ({
  query: `query ${query}`,
  response: query,
  criterion: 'Clarity',
  points: 3,
  score: 3,
  length: 100,
  ...given,
});

it('the corrected mean is the mean of the labels if all responses have one', () => {
  const pairs = [5, 4, 3, 4, 1].map((points, i) => makePair(i, { points, score: Math.max(1, points - 1) }));
  const { bias, labelMean, judgeMean, correctedMean } = measureJudge(pairs);
  expect([labelMean, judgeMean]).toEqual([3.4, 2.6]);
  expect([bias?.mean, correctedMean?.mean]).toEqual([expect.closeTo(-0.8, 12), expect.closeTo(3.4, 12)]);
});

it('responses without a label count with the bias of their criterion', () => {
  const pairs = [
    ...[2, 3, 4].map((points, i) => makePair(i, { points, score: points - 1 })),
    ...[4, 4, 4].map((score, i) => makePair(10 + i, { points: null, score })),
    ...[3, 5].map((points, i) => makePair(20 + i, { criterion: 'Depth', points, score: points })),
  ];
  const { correctedMean, byCriterion, labels } = measureJudge(pairs);
  expect(labels).toBe(5);
  expect(byCriterion['Clarity']).toMatchObject({ labels: 3, judgeMean: 3, correctedMean: { mean: 4 } });
  expect(correctedMean?.mean).toBeCloseTo((6 * 4 + 2 * 4) / 8, 12);
});

it('the slope on length compares responses with equal labels alone', () => {
  // good responses are longer, and the judge gives what the labels give
  const fair = Array.from({ length: 40 }, (_, i) =>
    makePair(i, { points: 1 + (i % 5), score: 1 + (i % 5), length: 100 * 2 ** (i % 5) + i }),
  );
  expect(measureJudge(fair).lengthSlope?.mean).toBeCloseTo(0, 12);
  const fond = fair.map((pair, i) => ({ ...pair, length: 100 * 2 ** (i % 2), score: pair.score + (i % 2) / 2 }));
  expect(measureJudge(fond).lengthSlope?.mean).toBeCloseTo(0.5, 12);
  expect(measureJudge(fair.map((pair) => ({ ...pair, length: 7 }))).lengthSlope).toBeNull();
});

it('several labels of one response are held against each other', () => {
  const pairs = [
    makePair(0, { points: 2 }),
    makePair(0, { points: 2 }),
    makePair(0, { points: 4 }),
    makePair(1, { points: 5 }),
  ];
  expect(measureJudge(pairs).amongLabels).toMatchObject({ labels: 3, agreement: 1 / 3 });
  expect(measureJudge(pairs.slice(2)).amongLabels).toBeNull();
});

it('nothing is measured of nothing', () => {
  expect(measureJudge([])).toEqual({
    labels: 0,
    agreement: null,
    withinOne: null,
    kappa: null,
    bias: null,
    labelMean: null,
    judgeMean: null,
    correctedMean: null,
    byCriterion: {},
    lengthSlope: null,
    correlation: null,
    deviation: null,
    amongLabels: null,
    faults: [],
  });
});

it('a score over odds equals the label that is nearest to it', () => {
  const makePair = (points: number, score: number, i: number): LabelPair => ({
    query: `q${i}`,
    response: i,
    length: 100,
    criterion: 'Depth',
    points,
    score,
  });
  const near = [makePair(4, 4.3, 0), makePair(4, 3.51, 1), makePair(2, 2, 2)];
  expect(measureJudge(near).agreement).toBe(1);
  expect(measureJudge([...near, makePair(3, 3.5, 3), makePair(3, 4, 4)]).agreement).toBe(0.6);
});
