import type { Interval } from '../../statistics/bootstrap.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import { computePairedInterval } from '../../statistics/pairedInterval.ts';
import { correctByHolm, testSignFlip } from '../../statistics/significance.ts';
import { classifyDifference, type DifferenceVerdict } from '../justEval/classifyDifference.ts';

/** What a check looks for: preference for earlier aspects, for filler, for long answers, or for the judge's own answers. */
export type BiasCheckName = 'position' | 'padding' | 'length' | 'self';

/** An effect over `n` instructions, with its 95 % interval and its p-value (0 to 1). */
export interface BiasEffect extends Interval {
  n: number;
  p: number;
}

/** The result of one check of one judge, or why there is none. */
export interface BiasCheck {
  check: BiasCheckName;
  judge: string;
  /** The unit of the effect. */
  unit: string;
  effect: BiasEffect | null;
  /** If there is no effect: what is missing to measure one. */
  missing?: string;
  /** The effect by aspect, for checks that have one. */
  aspects?: Record<string, Interval & { n: number }>;
}

/** What a check looks for, in which judge, in which unit. */
export type BiasCheckSubject = Pick<BiasCheck, 'check' | 'judge' | 'unit'>;

/** A check with its p-value corrected for all checks (Holm; null without an effect) and its verdict. */
export interface BiasFinding extends BiasCheck {
  corrected: number | null;
  verdict: DifferenceVerdict | 'not testable';
}

/** Instructions that a check needs. */
export const MIN_CHECKED_INSTRUCTIONS = 10;

/** Makes a check from one value per instruction. */
export function makeCheck(subject: BiasCheckSubject, values: readonly number[]): BiasCheck {
  const interval = values.length < MIN_CHECKED_INSTRUCTIONS ? null : computePairedInterval(values);
  if (!interval)
    return makeUntestableCheck(
      subject,
      `only ${values.length} of at least ${MIN_CHECKED_INSTRUCTIONS} instructions could be compared`,
    );
  return { ...subject, effect: { ...interval, n: values.length, p: testSignFlip(values) } };
}

/** Makes a check without a result; `reason` says what is missing. */
export const makeUntestableCheck = (subject: BiasCheckSubject, reason: string): BiasCheck => ({
  ...subject,
  effect: null,
  missing: reason,
});

/** Decides on all checks together, so that the chance of a false alarm is that of a single check. */
export function makeFindings(checks: readonly BiasCheck[]): BiasFinding[] {
  const tested = checks.filter(({ effect }) => effect !== null);
  const correctedPs = correctByHolm(tested.map(({ effect }) => effect?.p ?? 1));
  return checks.map((check) => {
    const corrected = correctedPs[tested.indexOf(check)] ?? null;
    const verdict = check.effect && corrected !== null ? classifyDifference(check.effect, corrected) : 'not testable';
    return { ...check, corrected, verdict };
  });
}

/** The mean of each instruction's values, so that every instruction counts once. */
export function averageByInstruction(values: readonly { id: string; value: number }[]): number[] {
  const byId = new Map<string, number[]>();
  for (const { id, value } of values) byId.set(id, [...(byId.get(id) ?? []), value]);
  return [...byId.values()].flatMap((list) => computeMean(list) ?? []);
}
