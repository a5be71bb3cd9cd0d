import { listKeptSections } from '../../state/keptPassages.ts';
import { isFormText } from '../../prompts/isFormText.ts';
import { estimateSimilarity, collectWordRuns, fingerprintPrompt, splitWords } from '../../state/promptFingerprint.ts';
import { containsTrainingText, type TrainingTexts } from './trainingTexts.ts';

/** What a guard may use besides the rewrite itself. */
export interface GuardContext {
  /** The prompt that was rewritten, the last prompts of its path, and the siblings accepted so far. */
  nearbyPrompts: readonly string[];
  /** Fingerprints of the prompts elsewhere in the tree. */
  knownFingerprints?: readonly string[];
  /** The prompt that was rewritten. */
  parent: string;
  query: string;
  response: string;
  /** The training queries and the texts of the in-context examples, if they are known. */
  training?: TrainingTexts;
}

/** Returns the reason to reject a rewrite, or null. */
export type Guard = (prompt: string, context: GuardContext) => string | null;

/** What an optimizer says that has no other prompt to offer. */
const NO_PROMPT =
  /^\W*(?:n\s?\/?\s?a|string|todo|none|null|nil|undefined|unchanged|(?:the )?same(?: (?:as (?:before|above|the current (?:one|prompt)|current)|prompt))?|(?:there (?:are|is) )?no (?:change|rewrite|improvement)s?(?: (?:is|are))?(?: (?:needed|necessary|required|made))?)\W*$/i;

/** Rejects a prompt without a word of its own: an empty one, "N/A", or a copy of the form, such as "the whole new prompt". */
export const rejectEmpty: Guard = (prompt) =>
  prompt.trim() === '' || NO_PROMPT.test(prompt) ? 'empty' : isFormText(prompt) ? 'the form’s own words' : null;

/** Makes a guard that rejects prompts of more than about `tokens` tokens, at four characters per token. */
export const rejectOversized =
  (tokens: number): Guard =>
  (prompt) =>
    prompt.length > 4 * tokens ? 'oversized' : null;

/** Rejects a prompt that differs from an earlier one of its path only in white space, or from another in the tree only in marks and case. */
export const rejectDuplicate: Guard = (prompt, { nearbyPrompts, knownFingerprints = [] }) =>
  nearbyPrompts.some((other) => collapseWhitespace(other) === collapseWhitespace(prompt)) ||
  (knownFingerprints.length && knownFingerprints.includes(fingerprintPrompt(prompt)))
    ? 'duplicate'
    : null;

/** The similarity of shorter prompts says nothing. */
const MIN_WORDS_TO_COMPARE = 20;
/** A near duplicate has at most so many new words and so many removed ones; a new line has more. */
const MAX_DIFFERING_WORDS = 4;
/** Only prompts with almost the same words have fingerprints this similar, unless they are long: a new line then changes too little. */
const FINGERPRINT_THRESHOLD = 0.96;
const MAX_FINGERPRINTED_WORDS = 250;

/**
 * Makes a guard that rejects a prompt with a few words changed from an earlier one: at most four new and four removed words, and a
 * Jaccard similarity of word trigrams of at least `minSimilarity`, 0 to 1. Prompts elsewhere in the tree are compared by their fingerprints.
 */
export const rejectNearDuplicate =
  (minSimilarity = 0.9): Guard =>
  (prompt, { nearbyPrompts, knownFingerprints = [] }) => {
    const length = splitWords(prompt).length;
    if (length <= MIN_WORDS_TO_COMPARE) return null;
    const own = collectWordRuns(prompt, 3);
    const elsewhere = length <= MAX_FINGERPRINTED_WORDS ? knownFingerprints : [];
    const fingerprint = elsewhere.length ? fingerprintPrompt(prompt) : '';
    const isNear =
      nearbyPrompts.some(
        (other) => isFewWordsApart(prompt, other) && computeJaccard(own, collectWordRuns(other, 3)) >= minSimilarity,
      ) || elsewhere.some((other) => estimateSimilarity(fingerprint, other) >= FINGERPRINT_THRESHOLD);
    return isNear ? 'near duplicate' : null;
  };

const isFewWordsApart = (a: string, b: string): boolean =>
  countNewWords(a, b) <= MAX_DIFFERING_WORDS && countNewWords(b, a) <= MAX_DIFFERING_WORDS;

/** Counts the words that a text has more often than another. */
function countNewWords(text: string, other: string): number {
  const left = new Map<string, number>();
  for (const word of splitWords(other)) left.set(word, (left.get(word) ?? 0) + 1);
  return splitWords(text).filter((word) => {
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    return count <= 0;
  }).length;
}

/**
 * Makes a guard that rejects a prompt with `words` words in a row from the judged query or response, another training query, or an example.
 * Words that the parent prompt already had do not count. The longest such run in the published runs has six words.
 */
export const rejectLeak =
  (words = 8): Guard =>
  (prompt, { parent, query, response, training }) => {
    const before = collectWordRuns(parent, words);
    const fresh = [...collectWordRuns(prompt, words)].filter((run) => !before.has(run));
    if (fresh.length === 0) return null;
    const judged = new Set([...collectWordRuns(query, words), ...collectWordRuns(response, words)]);
    if (fresh.some((run) => judged.has(run))) return 'repeats the query or the response';
    return training && containsTrainingText(fresh, training, words) ? 'repeats a training query or an example' : null;
  };

/** Makes a guard that rejects a prompt without one of these passages or of its parent's sections in <keep>, word for word. */
export const requireKeptPassages =
  (passages: readonly string[] = []): Guard =>
  (prompt, { parent }) =>
    [...passages, ...listKeptSections(parent)].every((passage) => prompt.includes(passage))
      ? null
      : 'a kept section was touched';

const collapseWhitespace = (text: string): string => text.replace(/\s+/g, ' ').trim();

function computeJaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((run) => b.has(run)).length;
  return shared / (a.size + b.size - shared || 1);
}
