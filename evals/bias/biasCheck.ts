import { computeMean } from '../../statistics/computeMean.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { computePairedInterval } from '../../statistics/pairedInterval.ts';
import { correctByHolm, testSignFlip } from '../../statistics/significance.ts';

/** What is looked for. */
export type BiasCheckName = 'position' | 'padding' | 'length' | 'self';

/** An effect over so many instructions, with its 95 % interval and its chance between equals. */
export interface BiasEffect extends Interval {
  n: number;
  p: number;
}

/** What one check found of one judge, or why it can tell nothing. */
export interface BiasCheck {
  check: BiasCheckName;
  judge: string;
  /** What the effect is counted in. */
  unit: string;
  effect: BiasEffect | null;
  /** Where there is no effect: what is lacking. */
  untold?: string;
  /** The same by aspect, where it can be told. */
  aspects?: Record<string, Interval & { n: number }>;
}

/** A check with the chance corrected for all checks made (Holm), and what is to be said of it. */
export interface BiasFinding extends BiasCheck {
  corrected: number | null;
  /** "noise" unless the interval leaves 0 out and the corrected chance is below 0.05. */
  verdict: 'higher' | 'lower' | 'noise' | 'cannot be told';
}

/** Instructions below which nothing is told. */
const MIN_INSTRUCTIONS = 10;
/** An effect counts below this corrected chance. */
const ALPHA = 0.05;

/** A check from one value an instruction. */
export function makeCheck(about: Pick<BiasCheck, 'check' | 'judge' | 'unit'>, values: readonly number[]): BiasCheck {
  const interval = values.length < MIN_INSTRUCTIONS ? null : computePairedInterval(values);
  if (!interval)
    return makeUntestableCheck(about, `${values.length} instructions could be compared, it takes ${MIN_INSTRUCTIONS}`);
  return { ...about, effect: { ...interval, n: values.length, p: testSignFlip(values) } };
}

export const makeUntestableCheck = (about: Pick<BiasCheck, 'check' | 'judge' | 'unit'>, why: string): BiasCheck => ({
  ...about,
  effect: null,
  untold: why,
});

/** The checks judged together: one false alarm among them all stays as rare as for one. */
export function makeFindings(checks: readonly BiasCheck[]): BiasFinding[] {
  const told = checks.filter((c) => c.effect !== null);
  const corrected = new Map(correctByHolm(told.map((c) => c.effect?.p ?? 1)).map((p, i) => [told[i], p]));
  return checks.map((c) => ({
    ...c,
    corrected: corrected.get(c) ?? null,
    verdict: decideVerdict(c, corrected.get(c) ?? 1),
  }));
}

function decideVerdict({ effect }: BiasCheck, corrected: number): BiasFinding['verdict'] {
  if (!effect) return 'cannot be told';
  if (corrected >= ALPHA || (effect.low <= 0 && effect.high >= 0)) return 'noise';
  return effect.mean > 0 ? 'higher' : 'lower';
}

/** The mean of the values of each instruction, so that each counts once; without the names. */
export function averageByInstruction(values: readonly { id: string; value: number }[]): number[] {
  const byId = new Map<string, number[]>();
  for (const { id, value } of values) byId.set(id, [...(byId.get(id) ?? []), value]);
  return [...byId.values()].flatMap((own) => computeMean(own) ?? []);
}
