// npm run prose: how long the sentences of the pages and of the rendered prompts are. Exits with 1 if one is slow to read.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const MAX_MEAN_WORDS = 20;
const MAX_SENTENCE_WORDS = 35;
/** Fewer words than this are a label, not a sentence. */
const MIN_SENTENCE_WORDS = 3;

const SKIPPED_PATTERN = /```[\s\S]*?```|<!--[\s\S]*?-->|^\|[^\n]*$|^#[^\n]*$/gm;
const SENTENCE_END_PATTERN = /(?<=[.!?:])\s+|\n\s*\n|\n\s*[-*\d]+\.?\s/;

/** Splits a page into sentences, without its code blocks, tables, headings and HTML comments. */
export const splitSentences = (markdown: string): string[] =>
  markdown
    .replace(SKIPPED_PATTERN, '\n\n')
    .split(SENTENCE_END_PATTERN)
    .map((sentence) => sentence.trim().replace(/\s+/g, ' '))
    .filter((sentence) => countWords(sentence) >= MIN_SENTENCE_WORDS);

/** Lists what makes a page slow to read: each sentence that is too long, and too high a mean. */
export function findProseFaults(sentences: readonly string[]): string[] {
  const mean = computeMeanWords(sentences);
  return [
    ...(mean > MAX_MEAN_WORDS
      ? [`mean of ${mean.toFixed(1)} words a sentence, expected at most ${MAX_MEAN_WORDS}`]
      : []),
    ...sentences
      .filter((sentence) => countWords(sentence) > MAX_SENTENCE_WORDS)
      .map((sentence) => `${countWords(sentence)} words, expected at most ${MAX_SENTENCE_WORDS}: "${sentence}"`),
  ];
}

const countWords = (text: string): number => text.trim().split(/\s+/).filter(Boolean).length;
const computeMeanWords = (sentences: readonly string[]): number =>
  sentences.length ? sentences.reduce((sum, sentence) => sum + countWords(sentence), 0) / sentences.length : 0;

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..');
  const listPages = (folder: string): string[] =>
    readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.md') ? [join(folder, name)] : []));
  for (const page of ['.', 'docs', 'data', 'test/rendered'].flatMap(listPages)) {
    const sentences = splitSentences(readFileSync(join(root, page), 'utf8'));
    const longest = Math.max(0, ...sentences.map(countWords));
    console.log(
      `${page}: ${sentences.length} sentences, mean ${computeMeanWords(sentences).toFixed(1)} words, longest ${longest}`,
    );
    for (const fault of findProseFaults(sentences)) {
      console.error(`${page}: ${fault}`);
      process.exitCode = 1;
    }
  }
}
