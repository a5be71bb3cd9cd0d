import {
  requireKeptPassages,
  rejectDuplicate,
  rejectEmpty,
  rejectLeak,
  rejectNearDuplicate,
  rejectOversized,
  type Guard,
} from './guards.ts';
import { rejectOverfit } from './rejectOverfit.ts';

/** Which rewrites are rejected; a guard whose option is false or null is off. */
export interface GuardOptions {
  /** Whether a prompt without words, or of the form's own words, is rejected. */
  empty: boolean;
  /** How many times as long as the first prompt a rewrite may be, 1 or more; up to `MIN_TOKEN_LIMIT` tokens are always accepted. */
  maxLengthRatio: number | null;
  /** Whether sections between <keep> and </keep> must stay as they are. */
  keepSections: boolean;
  duplicates: boolean;
  /** Jaccard similarity of word trigrams, 0.5 to 1, from which a rewrite counts as a near duplicate. */
  maxSimilarity: number | null;
  /** Length in words, 4 or more, of the shortest passage of a training query, judged response or example that may not be copied. */
  maxCopiedWords: number | null;
  overfit: boolean;
}

/** Tokens up to which a rewrite is never too long. */
const MIN_TOKEN_LIMIT = 2048;
const CHARS_PER_TOKEN = 4;

/** The guards of the default preset. */
export const DEFAULT_GUARD_OPTIONS: Readonly<GuardOptions> = {
  empty: true,
  maxLengthRatio: 2,
  keepSections: true,
  duplicates: true,
  maxSimilarity: 0.9,
  maxCopiedWords: 8,
  overfit: true,
};

/** No guard at all, as in the reference. */
export const DISABLED_GUARD_OPTIONS: Readonly<GuardOptions> = {
  empty: false,
  maxLengthRatio: null,
  keepSections: false,
  duplicates: false,
  maxSimilarity: null,
  maxCopiedWords: null,
  overfit: false,
};

/** The guards of these options for a search from this first prompt with these kept passages, in the order in which they run. */
export const createGuards = (o: Readonly<GuardOptions>, initialPrompt = '', kept: readonly string[] = []): Guard[] => [
  ...(o.empty ? [rejectEmpty] : []),
  ...(o.maxLengthRatio === null ? [] : [rejectOversized(computeTokenLimit(o.maxLengthRatio, initialPrompt))]),
  ...(o.keepSections ? [requireKeptPassages(kept)] : []),
  ...(o.duplicates ? [rejectDuplicate] : []),
  ...(o.maxSimilarity === null ? [] : [rejectNearDuplicate(o.maxSimilarity)]),
  ...(o.maxCopiedWords === null ? [] : [rejectLeak(o.maxCopiedWords)]),
  ...(o.overfit ? [rejectOverfit] : []),
];

const computeTokenLimit = (ratio: number, initialPrompt: string): number =>
  Math.max(MIN_TOKEN_LIMIT, (ratio * initialPrompt.length) / CHARS_PER_TOKEN);

/** The guards of the default preset. */
export const DEFAULT_GUARDS: readonly Guard[] = createGuards(DEFAULT_GUARD_OPTIONS);
