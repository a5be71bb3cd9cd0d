import {
  requireKeptSections,
  rejectDuplicate,
  rejectEmpty,
  rejectLeak,
  rejectNearDuplicate,
  rejectOverfit,
  rejectOversized,
  type Guard,
} from './guards.ts';

/** Which guards stand, and how strictly; what is false or null does not. */
export interface GuardOptions {
  empty: boolean;
  /** A prompt's length in tokens, at four characters each. */
  tokens: number | null;
  keep: boolean;
  duplicates: boolean;
  /** Jaccard likeness of word trigrams, 0 to 1. */
  likeness: number | null;
  /** Words in a row that may not come from the training queries, the judged response or the examples. */
  verbatim: number | null;
  overfit: boolean;
}

/** What the default preset refuses of the optimizer's rewrites. */
export const DEFAULT_GUARD_OPTIONS: Readonly<GuardOptions> = {
  empty: true,
  tokens: 2048,
  keep: true,
  duplicates: true,
  likeness: 0.9,
  verbatim: 8,
  overfit: true,
};

/** No guard at all, as in the reference. */
export const DISABLED_GUARD_OPTIONS: Readonly<GuardOptions> = {
  empty: false,
  tokens: null,
  keep: false,
  duplicates: false,
  likeness: null,
  verbatim: null,
  overfit: false,
};

/** The guards of these options, in the order in which they are asked. */
export const createGuards = (o: Readonly<GuardOptions>): Guard[] => [
  ...(o.empty ? [rejectEmpty] : []),
  ...(o.tokens === null ? [] : [rejectOversized(o.tokens)]),
  ...(o.keep ? [requireKeptSections] : []),
  ...(o.duplicates ? [rejectDuplicate] : []),
  ...(o.likeness === null ? [] : [rejectNearDuplicate(o.likeness)]),
  ...(o.verbatim === null ? [] : [rejectLeak(o.verbatim)]),
  ...(o.overfit ? [rejectOverfit] : []),
];

/** The guards of the default preset. */
export const DEFAULT_GUARDS: readonly Guard[] = createGuards(DEFAULT_GUARD_OPTIONS);
