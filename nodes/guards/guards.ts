import { listKeptSections } from '../../state/keptPassages.ts';
import { isFormText } from '../../prompts/isFormText.ts';
import { estimateSimilarity, collectWordRuns, fingerprintPrompt, splitWords } from '../../state/promptFingerprint.ts';
import { isRareWord, containsTrainingText, type TrainingTexts } from './trainingTexts.ts';

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

/** Rejects a prompt without a word of its own: an empty one, or a copy of the form, such as "the whole new prompt". */
export const rejectEmpty: Guard = (prompt) =>
  prompt.trim() === '' ? 'empty' : isFormText(prompt) ? 'the form’s own words' : null;

/** Makes a guard that rejects prompts of more than about `tokens` tokens, at four characters per token. */
export const rejectOversized =
  (tokens: number): Guard =>
  (prompt) =>
    prompt.length > 4 * tokens ? 'oversized' : null;

/** Rejects a prompt that differs from an earlier one only in white space. */
export const rejectDuplicate: Guard = (prompt, { nearbyPrompts, knownFingerprints = [] }) =>
  nearbyPrompts.some((other) => collapseWhitespace(other) === collapseWhitespace(prompt)) ||
  (knownFingerprints.length && knownFingerprints.includes(fingerprintPrompt(prompt)))
    ? 'duplicate'
    : null;

/** The similarity of shorter prompts says nothing. */
const MIN_WORDS_TO_COMPARE = 20;
/** A near duplicate has at most so many new words and so many removed ones; a new line has more. */
const MAX_DIFFERING_WORDS = 4;
/** Only prompts with almost the same words have fingerprints this similar. */
const FINGERPRINT_THRESHOLD = 0.96;

/**
 * Makes a guard that rejects a prompt with a few words changed from an earlier one: at most four new and four removed words, and a
 * Jaccard similarity of word trigrams of at least `minSimilarity`, 0 to 1. Prompts elsewhere in the tree are compared by their fingerprints.
 */
export const rejectNearDuplicate =
  (minSimilarity = 0.9): Guard =>
  (prompt, { nearbyPrompts, knownFingerprints = [] }) => {
    if (splitWords(prompt).length <= MIN_WORDS_TO_COMPARE) return null;
    const own = collectWordRuns(prompt, 3);
    const fingerprint = knownFingerprints.length ? fingerprintPrompt(prompt) : '';
    const isNear =
      nearbyPrompts.some(
        (other) => isFewWordsApart(prompt, other) && computeJaccard(own, collectWordRuns(other, 3)) >= minSimilarity,
      ) || knownFingerprints.some((other) => estimateSimilarity(fingerprint, other) >= FINGERPRINT_THRESHOLD);
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

/** So many words in a row of the judged query make a line overfitted. */
const COPIED_RUN_WORDS = 4;
/** So many words that only this training query has make a line overfitted. */
const MIN_QUERY_ONLY_WORDS = 2;

/** The topic that an instruction is limited to. */
const TOPIC_PATTERN =
  /\b(?:asked|asks|query|queries|questions?)(?: is| are)? (?:about|on|regarding|concerning) ([^,.;:\n]{3,80})/gi;

/**
 * Rejects a prompt that is made for the judged query. Its new line has four words in a row of the query, two words that no other training
 * query has, or is limited to a topic that the query names.
 */
export const rejectOverfit: Guard = (prompt, { parent, query, training }) => {
  const [runs, before] = [collectWordRuns(query, COPIED_RUN_WORDS), collectWordRuns(parent, COPIED_RUN_WORDS)];
  const [words, known] = [collectWordRuns(query, 1), collectWordRuns(parent, 1)];
  const names = training ? [...words].filter((w) => isRareWord(w, training) && !known.has(w)) : [];
  const isOverfitted = splitLines(prompt).some(
    (line) =>
      [...collectWordRuns(line, COPIED_RUN_WORDS)].some(
        (run) => runs.has(run) && !before.has(run) && /\p{L}{4}/u.test(run),
      ) ||
      names.filter((name) => collectWordRuns(line, 1).has(name)).length >= MIN_QUERY_ONLY_WORDS ||
      (!parent.includes(line) &&
        [...line.matchAll(TOPIC_PATTERN)].some(([, topic = '']) => isTopicWithinQuery(topic, words))),
  );
  return isOverfitted ? 'made for one query' : null;
};

/** Whether every longer word of a topic is in the query. */
const isTopicWithinQuery = (topic: string, query: ReadonlySet<string>): boolean => {
  const topicWords = splitWords(topic).filter((word) => word.length >= 4);
  return topicWords.length > 0 && topicWords.every((word) => query.has(word));
};

/** Makes a guard that rejects a prompt without one of these passages or of its parent's sections in <keep>, word for word. */
export const requireKeptPassages =
  (passages: readonly string[] = []): Guard =>
  (prompt, { parent }) =>
    [...passages, ...listKeptSections(parent)].every((passage) => prompt.includes(passage))
      ? null
      : 'a kept section was touched';

const collapseWhitespace = (text: string): string => text.replace(/\s+/g, ' ').trim();

const splitLines = (text: string): string[] => text.split(/\n+/);

function computeJaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((run) => b.has(run)).length;
  return shared / (a.size + b.size - shared || 1);
}
