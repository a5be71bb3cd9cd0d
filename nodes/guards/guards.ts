import { estimateSimilarity, collectWordRuns, fingerprintPrompt, splitWords } from '../../state/promptFingerprint.ts';
import { isRareWord, containsTrainingText, type TrainingTexts } from './trainingTexts.ts';

/** What a guard may look at besides the rewrite itself. */
export interface GuardContext {
  /** The prompt that was rewritten, the path's last prompts, and the siblings taken so far. */
  nearbyPrompts: readonly string[];
  /** Sketches of the prompts tried elsewhere in the tree (state/promptFingerprint.ts). */
  knownFingerprints?: readonly string[];
  parent: string;
  query: string;
  response: string;
  /** The training queries and the texts of the in-context examples, where they are known. */
  training?: TrainingTexts;
}

/** Says why a rewrite is not taken, or null. */
export type Guard = (prompt: string, view: GuardContext) => string | null;

/** Refuses prompts without a word in them. */
export const rejectEmpty: Guard = (prompt) => (prompt.trim() === '' ? 'empty' : null);

/** Refuses prompts of more than about `tokens` tokens, at four characters a token. */
export const rejectOversized =
  (tokens: number): Guard =>
  (prompt) =>
    prompt.length > 4 * tokens ? 'oversized' : null;

/** Refuses a prompt that differs from one already tried in white space alone. */
export const rejectDuplicate: Guard = (prompt, { nearbyPrompts: tried, knownFingerprints: sketches = [] }) =>
  tried.some((other) => collapseWhitespace(other) === collapseWhitespace(prompt)) ||
  (sketches.length && sketches.includes(fingerprintPrompt(prompt)))
    ? 'duplicate'
    : null;

/** Words from which likeness tells something, and words by which a near duplicate may differ, either way: a new line has more. */
const MIN_WORDS_TO_COMPARE = 20;
const MAX_DIFFERING_WORDS = 4;
/** Likeness of sketches that only prompts have which are word for word the same, or nearly. */
const FINGERPRINT_THRESHOLD = 0.96;

/**
 * Refuses a prompt that is one already tried but for a few words: Jaccard likeness of word trigrams, 0 to 1, of at least
 * `likeness`, and at most four words new and four gone; of prompts elsewhere in the tree by their sketches.
 */
export const rejectNearDuplicate =
  (likeness = 0.9): Guard =>
  (prompt, { nearbyPrompts: tried, knownFingerprints: sketches = [] }) => {
    if (splitWords(prompt).length <= MIN_WORDS_TO_COMPARE) return null;
    const own = collectWordRuns(prompt, 3);
    const sketch = sketches.length ? fingerprintPrompt(prompt) : '';
    const near =
      tried.some(
        (other) => isFewWordsApart(prompt, other) && computeJaccard(own, collectWordRuns(other, 3)) >= likeness,
      ) || sketches.some((other) => estimateSimilarity(sketch, other) >= FINGERPRINT_THRESHOLD);
    return near ? 'near duplicate' : null;
  };

const isFewWordsApart = (a: string, b: string): boolean =>
  countNewWords(a, b) <= MAX_DIFFERING_WORDS && countNewWords(b, a) <= MAX_DIFFERING_WORDS;

/** Words of a text that another lacks, each as often as it stands there more. */
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
 * Refuses a prompt that repeats a run of `words` words of the query or the response it was judged by, of another training
 * query, or of an in-context example. The longest such run of a rewrite in the published runs has six words.
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

/** Words in a row of the judged query that a rewrite may not take over, and words of it alone in one line that it may not. */
const COPIED_RUN_WORDS = 4;
const MIN_QUERY_ONLY_WORDS = 2;

/** What an instruction is limited to, if it is. */
const TOPIC_PATTERN =
  /\b(?:asked|asks|query|queries|questions?)(?: is| are)? (?:about|on|regarding|concerning) ([^,.;:\n]{3,80})/gi;

/**
 * Refuses a prompt that is made for the query it was judged by: a new line with four words in a row of the query, with two
 * words that of all training queries this one alone has, or one for questions about nothing but its words.
 */
export const rejectOverfit: Guard = (prompt, { parent, query, training }) => {
  const [runs, before] = [collectWordRuns(query, COPIED_RUN_WORDS), collectWordRuns(parent, COPIED_RUN_WORDS)];
  const [words, known] = [collectWordRuns(query, 1), collectWordRuns(parent, 1)];
  const names = training ? [...words].filter((w) => isRareWord(w, training) && !known.has(w)) : [];
  const made = splitLines(prompt).some(
    (line) =>
      [...collectWordRuns(line, COPIED_RUN_WORDS)].some(
        (run) => runs.has(run) && !before.has(run) && /\p{L}{4}/u.test(run),
      ) ||
      names.filter((name) => collectWordRuns(line, 1).has(name)).length >= MIN_QUERY_ONLY_WORDS ||
      (!parent.includes(line) &&
        [...line.matchAll(TOPIC_PATTERN)].some(([, topic = '']) => isTopicWithinQuery(topic, words))),
  );
  return made ? 'made for one query' : null;
};

/** Whether all that a topic names stands in a query. */
const isTopicWithinQuery = (topic: string, query: ReadonlySet<string>): boolean => {
  const named = splitWords(topic).filter((word) => word.length >= 4);
  return named.length > 0 && named.every((word) => query.has(word));
};

const KEEP_SECTION_PATTERN = /<keep>[\s\S]*?<\/keep>/g;

/** Refuses a prompt in which a section between <keep> and </keep> was touched. */
export const requireKeptSections: Guard = (prompt, { parent }) =>
  (parent.match(KEEP_SECTION_PATTERN) ?? []).every((section) => prompt.includes(section))
    ? null
    : 'a kept section was touched';

const collapseWhitespace = (text: string): string => text.replace(/\s+/g, ' ').trim();

const splitLines = (text: string): string[] => text.split(/\n+/);

function computeJaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((run) => b.has(run)).length;
  return shared / (a.size + b.size - shared || 1);
}
