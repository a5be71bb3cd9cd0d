/** A request as it was sent; times in milliseconds. */
export interface LoggedPrompt {
  role: string;
  turns: readonly { role: string; content: string }[];
  start: number;
  end: number;
}

/** Calls, their words, and the words of prefixes that an earlier call had. */
export interface PrefixReuse {
  calls: number;
  words: number;
  shared: number;
}

type WordTree = Map<string, WordTree>;

/**
 * Measures what an ideal prefix cache could reuse. A request reuses the longest prefix that it shares with any request that
 * ended before it began. Words stand for tokens. `isCounted`: whose requests are counted; all of them fill the cache.
 */
export function measurePrefixReuse(
  log: readonly LoggedPrompt[],
  isCounted: (role: string) => boolean = () => true,
): PrefixReuse {
  const requests = log
    .map(({ turns, ...request }) => ({
      ...request,
      words: turns.flatMap(({ role, content }) => [`<${role}>`, ...splitWords(content)]),
    }))
    .toSorted((a, b) => a.start - b.start);
  const ended = requests.toSorted((a, b) => a.end - b.end);
  const known: WordTree = new Map();
  const sums: PrefixReuse = { calls: 0, words: 0, shared: 0 };
  for (const { role, words, start } of requests) {
    while (ended[0] && ended[0].end <= start) addWords(known, ended.shift()?.words ?? []);
    if (!isCounted(role)) continue;
    sums.calls += 1;
    sums.words += words.length;
    sums.shared += countKnownWords(known, words);
  }
  return sums;
}

const splitWords = (text: string): string[] => text.match(/\s*\S+/g) ?? [];

function addWords(tree: WordTree, words: readonly string[]): void {
  let at = tree;
  for (const word of words) {
    const next = at.get(word) ?? new Map();
    at.set(word, next);
    at = next;
  }
}

function countKnownWords(tree: WordTree, words: readonly string[]): number {
  let at: WordTree | undefined = tree;
  for (const [i, word] of words.entries()) {
    at = at.get(word);
    if (!at) return i;
  }
  return words.length;
}
