import { z } from 'zod';

/** How likely each score of 1 to 5 was at a place of a reply that has one of these digits. */
export const DigitOdds = z.object({
  /** The place of the digit in the reply's text, from 0. */
  at: z.number().int().min(0),
  /** How likely 1 to 5 were, in this order, among themselves. */
  odds: z
    .array(z.number().min(0))
    .length(5)
    .refine((odds) => odds.some((p) => p > 0)),
});
export type DigitOdds = z.infer<typeof DigitOdds>;

/** Those of a reply; none if what came is none. */
export const DigitOddsList = z.array(DigitOdds).catch([]);

/** The mean of a score over its odds, 1 to 5, with three decimals. */
export function computeExpectedScore({ odds }: DigitOdds): number {
  const total = odds.reduce((sum, p) => sum + p, 0);
  const expected = odds.reduce((sum, p, i) => sum + p * (i + 1), 0) / total;
  return Math.min(5, Math.max(1, Math.round(expected * 1000) / 1000));
}

/** What a reply has whose digits' odds are asked for: digits alone, or remarks with digits within. */
export type DigitUse = 'alone' | 'within';

/** What is known of a model's odds of digits. */
export interface DigitOddsAccess {
  /** Whether a request may name them. What the endpoint turned out to lack is left out on the way, so cache keys stay. */
  mayBeAsked: () => boolean;
  /** Whether they are to be expected, so that digits alone may be asked for. */
  areGiven: () => boolean;
  /** Whether the model ever wrote digits alone, with their odds. */
  wereGiven: () => boolean;
  /** Asks for them no more, in this session and later ones. */
  leaveOut: () => void;
}

/** A model that gives none. */
export const NO_ODDS: DigitOddsAccess = {
  mayBeAsked: () => false,
  areGiven: () => false,
  wereGiven: () => false,
  leaveOut: () => undefined,
};
