import { bootstrap } from '../../statistics/bootstrap.ts';
import { testSignFlip } from '../../statistics/significance.ts';
import { countAnswerWords, computeMeanPoints, type JudgedAnswer } from './judgedAnswers.ts';
import { makeUntestableCheck, type BiasCheck } from './biasCheck.ts';

/** One answer as a point: its length in doublings, its mean points. */
interface LengthPoint {
  x: number;
  y: number;
}

/** Instructions below which no slope is told. */
const MIN_INSTRUCTIONS = 10;

/**
 * Whether longer answers have more points where instruction and method are the same in everything else: the slope of points
 * over doublings of length, instruction and method means taken out. It says that they go together, not why.
 */
export function checkLength(judge: string, answers: readonly JudgedAnswer[]): BiasCheck {
  const about = { check: 'length' as const, judge, unit: 'points a doubling of length (goes with it, no cause)' };
  const rows = collectCompleteRows(answers.filter((a) => a.judge === judge));
  const [first] = rows;
  if (!first)
    return makeUntestableCheck(
      about,
      'it takes answers of two methods or models to the same instructions (--judged A B)',
    );
  if (rows.length < MIN_INSTRUCTIONS)
    return makeUntestableCheck(
      about,
      `${rows.length} instructions have every method's answer judged, it takes ${MIN_INSTRUCTIONS}`,
    );
  const interval = bootstrap(rows.length, (drawn) => fitSlope(centreRows(Array.from(drawn, (i) => rows[i] ?? first))));
  if (!interval) return makeUntestableCheck(about, 'the answers do not differ in length');
  const share = centreRows(rows).map((row) => row.reduce((sum, { x, y }) => sum + x * y, 0));
  return { ...about, effect: { ...interval, n: rows.length, p: testSignFlip(share) } };
}

/** A row for each instruction that every method's answer to it was judged on, a point a method; none of fewer than two methods. */
function collectCompleteRows(answers: readonly JudgedAnswer[]): LengthPoint[][] {
  const methodOf = (a: JudgedAnswer): string => JSON.stringify([a.source, a.generator]);
  const methods = [...new Set(answers.map(methodOf))];
  if (methods.length < 2) return [];
  const byId = new Map<string, Map<string, LengthPoint>>();
  for (const answer of answers) {
    const y = computeMeanPoints(answer.points);
    const row = byId.get(answer.id) ?? new Map<string, LengthPoint>();
    if (y !== null) row.set(methodOf(answer), { x: Math.log2(countAnswerWords(answer.output)), y });
    byId.set(answer.id, row);
  }
  return [...byId.values()]
    .filter((row) => row.size === methods.length)
    .map((row) => methods.flatMap((m) => row.get(m) ?? []));
}

/** Less the mean of the instruction, and of the method. */
function centreRows(rows: readonly (readonly LengthPoint[])[]): LengthPoint[][] {
  const means = rows.map((row) => averagePoints(row));
  const all = averagePoints(means);
  const methods = (rows[0] ?? []).map((_, m) => averagePoints(rows.flatMap((row) => row[m] ?? [])));
  return rows.map((row, i) =>
    row.map(({ x, y }, m) => ({
      x: x - (means[i]?.x ?? 0) - (methods[m]?.x ?? 0) + all.x,
      y: y - (means[i]?.y ?? 0) - (methods[m]?.y ?? 0) + all.y,
    })),
  );
}

const averagePoints = (points: readonly LengthPoint[]): LengthPoint => ({
  x: points.reduce((sum, p) => sum + p.x, 0) / points.length,
  y: points.reduce((sum, p) => sum + p.y, 0) / points.length,
});

/** Least squares through the middle; NaN where the lengths do not differ. */
function fitSlope(rows: readonly (readonly LengthPoint[])[]): number {
  const points = rows.flat();
  const spread = points.reduce((sum, { x }) => sum + x * x, 0);
  return spread < 1e-9 ? NaN : points.reduce((sum, { x, y }) => sum + x * y, 0) / spread;
}
