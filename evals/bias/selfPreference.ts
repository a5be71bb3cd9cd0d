import { meanPoints, type JudgedAnswer } from './answer.ts';
import { checkOf, untold, type Check } from './check.ts';

/** One answer with the points of each judge that judged it. */
interface Cell {
  id: string;
  generator: string;
  byJudge: Map<string, number>;
}

const UNIT = 'points for its own answers';

/**
 * Whether judges prefer their own answers: a difference of differences. What a judge gives its own answers more than other
 * judges do, less what it gives others' answers more than other judges do; only where both judged the same answers.
 */
export function selfChecks(answers: readonly JudgedAnswer[]): Check[] {
  const cells = cellsOf(answers);
  const judges = [...new Set(cells.flatMap((c) => [...c.byJudge.keys()]))];
  const both = judges.filter((judge) => cells.some((c) => c.generator === judge));
  const about = (judge: string) => ({ check: 'self' as const, judge, unit: UNIT });
  const lacks = lacking(cells, judges, both);
  if (lacks !== null) return [untold(about(judges.join(', ')), lacks)];
  const alone = both.map((judge) => ({ judge, values: differences(judge, cells, judges, true) }));
  if (alone.every(({ values }) => values.length > 0))
    return alone.map(({ judge, values }) => checkOf(about(judge), values));
  // two judges on nothing but each other's answers: the one's preference cannot be told from the other's
  const [one = ''] = both;
  const halves = differences(one, cells, judges, false).map((d) => d / 2);
  return [checkOf({ ...about(judges.join(' and ')), unit: `${UNIT}, mean of the two` }, halves)];
}

/** What the judgements lack to tell a preference; null where they lack nothing. */
function lacking(cells: readonly Cell[], judges: readonly string[], both: readonly string[]): string | null {
  if (judges.length < 2) return 'it takes two judges of the same answers';
  if (new Set(cells.map((c) => c.generator)).size < 2) return 'it takes the answers of two models';
  if (both.length === 0) return 'no judge’s model is also one whose answers are judged';
  return cells.some((c) => c.byJudge.size > 1) ? null : 'no answer was judged by two judges';
}

function cellsOf(answers: readonly JudgedAnswer[]): Cell[] {
  const cells = new Map<string, Cell>();
  for (const { id, source, generator, judge, points } of answers) {
    const value = meanPoints(points);
    if (value === null || judge === '' || generator === '') continue;
    const key = JSON.stringify([id, source, generator]);
    const cell = cells.get(key) ?? { id, generator, byJudge: new Map<string, number>() };
    cell.byJudge.set(judge, value);
    cells.set(key, cell);
  }
  return [...cells.values()];
}

/** An instruction's difference of differences for a judge; `apart`: other judges only on answers that are not their own. */
function differences(judge: string, cells: readonly Cell[], judges: readonly string[], apart: boolean): number[] {
  const byId = new Map<string, Cell[]>();
  for (const cell of cells) byId.set(cell.id, [...(byId.get(cell.id) ?? []), cell]);
  return [...byId.values()].flatMap((own) => {
    const found = judges.flatMap((other) => {
      if (other === judge) return [];
      const more = (list: readonly Cell[]): number | null => meanOf(list.flatMap((c) => excess(c, judge, other)));
      const mine = more(own.filter((c) => c.generator === judge));
      const theirs = more(own.filter((c) => c.generator !== judge && !(apart && c.generator === other)));
      return mine === null || theirs === null ? [] : [mine - theirs];
    });
    const mean = meanOf(found);
    return mean === null ? [] : [mean];
  });
}

function excess({ byJudge }: Cell, judge: string, other: string): number[] {
  const [one, two] = [byJudge.get(judge), byJudge.get(other)];
  return one === undefined || two === undefined ? [] : [one - two];
}

const meanOf = (values: readonly number[]): number | null =>
  values.length ? values.reduce((sum, v) => sum + v, 0) / values.length : null;
