import { collectWordRuns, splitWords } from '../../state/promptFingerprint.ts';
import type { Guard } from './guards.ts';
import { isName, isRareWord, type TrainingTexts } from './trainingTexts.ts';

/** Words of the judged query alone that make a line overfitted if there are many training queries. */
const MIN_QUERY_ONLY_WORDS = 2;
/** With few training queries it takes up to so many words more. */
const MAX_FURTHER_WORDS = 4;
/** The share of a domain's questions that have a usual word of the domain. */
const DOMAIN_WORD_SHARE = 0.02;
/** A longer line has one more such word by chance for each so many words. */
const WORDS_PER_CHANCE_MATCH = 25;
/** A run of the judged query has so many words more. Few queries are no reason why a line copies one. */
const FURTHER_RUN_WORDS = 2;

/** The topic that an instruction is limited to. */
const TOPIC_PATTERN =
  /\b(?:asked|asks|query|queries|questions?)(?: is| are)? (?:about|of|on|regarding|concerning) ([^,.;:\n]{3,80})/gi;

/**
 * Rejects a prompt that is made for the judged query. Its new line has words in a row of the query, words that no other training query
 * has, or is limited to a topic that the query names. How many words that takes depends on the number of training queries: a usual word
 * of a domain is rarely in one query of 180 alone, but often in one of 40. A name, a code or a long number is always one query's own.
 */
export const rejectOverfit: Guard = (prompt, { parent, query, training }) => {
  const least = computeLeastWords(training);
  const runLength =
    Math.min(least, Math.max(MIN_QUERY_ONLY_WORDS, splitWords(query).length - FURTHER_RUN_WORDS)) + FURTHER_RUN_WORDS;
  const [runs, before] = [collectWordRuns(query, runLength), collectWordRuns(parent, runLength)];
  const [words, known] = [collectWordRuns(query, 1), collectWordRuns(parent, 1)];
  const own = training ? [...words].filter((word) => isRareWord(word, training) && !known.has(word)) : [];
  const isOverfitted = (line: string): boolean => {
    const lineWords = splitWords(line);
    const found = own.filter((word) => lineWords.includes(word));
    return (
      [...collectWordRuns(line, runLength)].some((run) => runs.has(run) && !before.has(run) && /\p{L}{4}/u.test(run)) ||
      isSpecific(found, least + Math.floor(lineWords.length / WORDS_PER_CHANCE_MATCH), training) ||
      [...line.matchAll(TOPIC_PATTERN)].some(([, topic = '']) => isTopicOfQuery(topic, words, own, least))
    );
  };
  return prompt.split(/\n+/).some((line) => !parent.includes(line) && isOverfitted(line)) ? 'made for one query' : null;
};

/** Words of one query alone that make a short line overfitted: 2 for many training queries, or if they are not known, up to 6 for few. */
function computeLeastWords(training: TrainingTexts | undefined): number {
  const chance = training ? (1 - DOMAIN_WORD_SHARE) ** (training.queries.length - 1) : 0;
  return MIN_QUERY_ONLY_WORDS + Math.round(MAX_FURTHER_WORDS * chance);
}

/** Whether words of one query alone are too many, or one of them is a long number, a code or, if it takes many words, a name. */
const isSpecific = (words: readonly string[], least: number, training: TrainingTexts | undefined): boolean =>
  words.length >= least ||
  words.some(
    (word) =>
      /^(?=.*\p{N}).{4}/u.test(word) ||
      (least > MIN_QUERY_ONLY_WORDS && training !== undefined && isName(word, training)),
  );

/** Whether every longer word of a topic is in the query. With few training queries, two of them must be in no other one. */
function isTopicOfQuery(topic: string, query: ReadonlySet<string>, own: readonly string[], least: number): boolean {
  const words = splitWords(topic).filter((word) => word.length >= 4);
  const needed = Math.min(MIN_QUERY_ONLY_WORDS, least - MIN_QUERY_ONLY_WORDS);
  return (
    words.length > 0 &&
    words.every((word) => query.has(word)) &&
    words.filter((word) => own.includes(word)).length >= needed
  );
}
