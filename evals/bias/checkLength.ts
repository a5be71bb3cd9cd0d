import { bootstrap } from '../../statistics/bootstrap.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { testSignFlip } from '../../statistics/significance.ts';
import { makeUntestableCheck, MIN_CHECKED_INSTRUCTIONS, type BiasCheck } from './biasCheck.ts';
import { computeMeanPoints, countAnswerWords, type JudgedAnswer } from './judgedAnswers.ts';

/** One answer: the binary logarithm of its length in words, and its mean points. */
interface LengthPoint {
  x: number;
  y: number;
}

/** A smaller sum of squares means that the lengths do not differ. */
const MIN_LENGTH_SPREAD = 1e-9;

/**
 * Checks whether longer answers have more points: the slope of points over doublings of length, after the means of the
 * instruction and of the method are subtracted. The effect is an association, and no cause.
 */
export function checkLength(judge: string, answers: readonly JudgedAnswer[]): BiasCheck {
  const subject = { check: 'length' as const, judge, unit: 'points per doubling of length (association, no cause)' };
  const rows = collectCompleteRows(answers.filter((answer) => answer.judge === judge));
  const [first] = rows;
  if (!first)
    return makeUntestableCheck(
      subject,
      'it takes answers of two methods or models to the same instructions (--judged A B)',
    );
  if (rows.length < MIN_CHECKED_INSTRUCTIONS)
    return makeUntestableCheck(
      subject,
      `only ${rows.length} of at least ${MIN_CHECKED_INSTRUCTIONS} instructions have a judged answer of every method`,
    );
  const interval = bootstrap(rows.length, (drawn) => fitSlope(centerRows(Array.from(drawn, (i) => rows[i] ?? first))));
  if (!interval) return makeUntestableCheck(subject, 'the answers do not differ in length');
  const products = centerRows(rows).map((row) => row.reduce((sum, { x, y }) => sum + x * y, 0));
  return { ...subject, effect: { ...interval, n: rows.length, p: testSignFlip(products) } };
}

/** A row with a point per method for each instruction on which every method was judged; no rows for a single method. */
function collectCompleteRows(answers: readonly JudgedAnswer[]): LengthPoint[][] {
  const toMethod = ({ source, generator }: JudgedAnswer): string => JSON.stringify([source, generator]);
  const methods = [...new Set(answers.map(toMethod))];
  if (methods.length < 2) return [];
  const byId = new Map<string, Map<string, LengthPoint>>();
  for (const answer of answers) {
    const y = computeMeanPoints(answer.points);
    const row = byId.get(answer.id) ?? new Map<string, LengthPoint>();
    if (y !== null) row.set(toMethod(answer), { x: Math.log2(countAnswerWords(answer.output)), y });
    byId.set(answer.id, row);
  }
  return [...byId.values()]
    .filter((row) => row.size === methods.length)
    .map((row) => methods.flatMap((method) => row.get(method) ?? []));
}

/** Subtracts the means of the instruction and of the method. */
function centerRows(rows: readonly (readonly LengthPoint[])[]): LengthPoint[][] {
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
  x: computeMean(points.map((p) => p.x)) ?? NaN,
  y: computeMean(points.map((p) => p.y)) ?? NaN,
});

/** The least-squares slope of centered points; NaN if the lengths do not differ. */
function fitSlope(rows: readonly (readonly LengthPoint[])[]): number {
  const points = rows.flat();
  const spread = points.reduce((sum, { x }) => sum + x * x, 0);
  return spread < MIN_LENGTH_SPREAD ? NaN : points.reduce((sum, { x, y }) => sum + x * y, 0) / spread;
}
