/** What a guard may look at besides the rewrite itself. */
export interface GuardView {
  /** The prompt that was rewritten, the path's last prompts, and the siblings taken so far. */
  tried: readonly string[];
  parent: string;
  query: string;
  response: string;
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
export const notDuplicate: Guard = (prompt, { tried }) =>
  tried.some((other) => squeezed(other) === squeezed(prompt)) ? 'duplicate' : null;

/**
 * Refuses a prompt that shares all but a few words with one already tried: Jaccard likeness of word trigrams, 0 to 1, of at
 * least `likeness`. In the published runs no two siblings, and no child and parent, are as alike as 0.9.
 */
export const notNearDuplicate =
  (likeness = 0.9): Guard =>
  (prompt, { tried }) => {
    const own = runsOf(prompt, 3);
    return own.size > 20 && tried.some((other) => jaccard(own, runsOf(other, 3)) >= likeness) ? 'near duplicate' : null;
  };

/** Refuses a prompt that repeats a run of `words` words of the query or the response it was judged by: it fits that one alone. */
export const notLeaking =
  (words = 12): Guard =>
  (prompt, { parent, query, response }) => {
    const [own, before] = [runsOf(prompt, words), runsOf(parent, words)];
    const leaked = [query, response].some((text) =>
      [...runsOf(text, words)].some((run) => own.has(run) && !before.has(run)),
    );
    return leaked ? 'repeats the query or the response' : null;
  };

const KEEP = /<keep>[\s\S]*?<\/keep>/g;

/** Refuses a prompt in which a section between <keep> and </keep> was touched. */
export const keepsSections: Guard = (prompt, { parent }) =>
  (parent.match(KEEP) ?? []).every((section) => prompt.includes(section)) ? null : 'a kept section was touched';

/** What the default preset refuses of the optimizer's rewrites. */
export const GUARDS: readonly Guard[] = [
  notEmpty,
  notOversized(2048),
  keepsSections,
  notDuplicate,
  notNearDuplicate(),
  notLeaking(),
];

const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** All runs of so many words, lower case, punctuation aside. */
function runsOf(text: string, length: number): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.slice(length - 1).map((_, i) => words.slice(i, i + length).join(' ')));
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((run) => b.has(run)).length;
  return shared / (a.size + b.size - shared || 1);
}
