import { likenessOf, runsOf, sketchOf, wordsOf } from '../../state/promptFingerprint.ts';
import { isRare, repeats, type Training } from './trainingTexts.ts';

/** What a guard may look at besides the rewrite itself. */
export interface GuardView {
  /** The prompt that was rewritten, the path's last prompts, and the siblings taken so far. */
  tried: readonly string[];
  /** Sketches of the prompts tried elsewhere in the tree (state/promptFingerprint.ts). */
  sketches?: readonly string[];
  parent: string;
  query: string;
  response: string;
  /** The training queries and the texts of the in-context examples, where they are known. */
  training?: Training;
}

/** Says why a rewrite is not taken, or null. */
export type Guard = (prompt: string, view: GuardView) => string | null;

/** Refuses prompts without a word in them. */
export const notEmpty: Guard = (prompt) => (prompt.trim() === '' ? 'empty' : null);

/** Refuses prompts of more than about `tokens` tokens, at four characters a token. */
export const notOversized =
  (tokens: number): Guard =>
  (prompt) =>
    prompt.length > 4 * tokens ? 'oversized' : null;

/** Refuses a prompt that differs from one already tried in white space alone. */
export const notDuplicate: Guard = (prompt, { tried, sketches = [] }) =>
  tried.some((other) => squeezed(other) === squeezed(prompt)) ||
  (sketches.length && sketches.includes(sketchOf(prompt)))
    ? 'duplicate'
    : null;

/** Words from which likeness tells something, and words by which a near duplicate may differ, either way: a new line has more. */
const ENOUGH = 20;
const FEW = 4;
/** Likeness of sketches that only prompts have which are word for word the same, or nearly. */
const SAME = 0.96;

/**
 * Refuses a prompt that is one already tried but for a few words: Jaccard likeness of word trigrams, 0 to 1, of at least
 * `likeness`, and at most four words new and four gone; of prompts elsewhere in the tree by their sketches.
 */
export const notNearDuplicate =
  (likeness = 0.9): Guard =>
  (prompt, { tried, sketches = [] }) => {
    if (wordsOf(prompt).length <= ENOUGH) return null;
    const own = runsOf(prompt, 3);
    const sketch = sketches.length ? sketchOf(prompt) : '';
    const near =
      tried.some((other) => fewWordsApart(prompt, other) && jaccard(own, runsOf(other, 3)) >= likeness) ||
      sketches.some((other) => likenessOf(sketch, other) >= SAME);
    return near ? 'near duplicate' : null;
  };

const fewWordsApart = (a: string, b: string): boolean => newWords(a, b) <= FEW && newWords(b, a) <= FEW;

/** Words of a text that another lacks, each as often as it stands there more. */
function newWords(text: string, other: string): number {
  const left = new Map<string, number>();
  for (const word of wordsOf(other)) left.set(word, (left.get(word) ?? 0) + 1);
  return wordsOf(text).filter((word) => {
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    return count <= 0;
  }).length;
}

/**
 * Refuses a prompt that repeats a run of `words` words of the query or the response it was judged by, of another training
 * query, or of an in-context example. The longest such run of a rewrite in the published runs has six words.
 */
export const notLeaking =
  (words = 8): Guard =>
  (prompt, { parent, query, response, training }) => {
    const before = runsOf(parent, words);
    const fresh = [...runsOf(prompt, words)].filter((run) => !before.has(run));
    if (fresh.length === 0) return null;
    const judged = new Set([...runsOf(query, words), ...runsOf(response, words)]);
    if (fresh.some((run) => judged.has(run))) return 'repeats the query or the response';
    return training && repeats(fresh, training, words) ? 'repeats a training query or an example' : null;
  };

/** Words in a row of the judged query that a rewrite may not take over, and words of it alone in one line that it may not. */
const OWN_RUN = 4;
const OWN_WORDS = 2;

/** What an instruction is limited to, if it is. */
const TOPIC =
  /\b(?:asked|asks|query|queries|questions?)(?: is| are)? (?:about|on|regarding|concerning) ([^,.;:\n]{3,80})/gi;

/**
 * Refuses a prompt that is made for the query it was judged by: a new line with four words in a row of the query, with two
 * words that of all training queries this one alone has, or one for questions about nothing but its words.
 */
export const notOverfitted: Guard = (prompt, { parent, query, training }) => {
  const [runs, before] = [runsOf(query, OWN_RUN), runsOf(parent, OWN_RUN)];
  const [words, known] = [runsOf(query, 1), runsOf(parent, 1)];
  const names = training ? [...words].filter((w) => isRare(w, training) && !known.has(w)) : [];
  const made = linesOf(prompt).some(
    (line) =>
      [...runsOf(line, OWN_RUN)].some((run) => runs.has(run) && !before.has(run) && /\p{L}{4}/u.test(run)) ||
      names.filter((name) => runsOf(line, 1).has(name)).length >= OWN_WORDS ||
      (!parent.includes(line) && [...line.matchAll(TOPIC)].some(([, topic = '']) => isOf(topic, words))),
  );
  return made ? 'made for one query' : null;
};

/** Whether all that a topic names stands in a query. */
const isOf = (topic: string, query: ReadonlySet<string>): boolean => {
  const named = wordsOf(topic).filter((word) => word.length >= 4);
  return named.length > 0 && named.every((word) => query.has(word));
};

const KEEP = /<keep>[\s\S]*?<\/keep>/g;

/** Refuses a prompt in which a section between <keep> and </keep> was touched. */
export const keepsSections: Guard = (prompt, { parent }) =>
  (parent.match(KEEP) ?? []).every((section) => prompt.includes(section)) ? null : 'a kept section was touched';

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();

const linesOf = (text: string): string[] => text.split(/\n+/);

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((run) => b.has(run)).length;
  return shared / (a.size + b.size - shared || 1);
}
