import type { IfevalKwargs } from '../../../state/ifevalInstruction.ts';
import { countSentences } from './countSentences.ts';
import { countMatches, isInRelation, removeEnds, removeSpace, splitAtSpace, toPattern, WORD } from './pythonText.ts';

/** Whether the response has so many words: runs of letters, digits and underscores. */
export const hasWordCount = (
  response: string,
  { num_words: wanted, relation }: IfevalKwargs<'length_constraints:number_words'>,
): boolean => isInRelation(countMatches(response, `${WORD}+`), relation, wanted);

/** Whether the response has so many sentences. */
export const hasSentenceCount = (
  response: string,
  { num_sentences: wanted, relation }: IfevalKwargs<'length_constraints:number_sentences'>,
): boolean => isInRelation(countSentences(response), relation, wanted);

/** Whether the response has exactly so many paragraphs between lines of three stars. None but the first and the last may be empty. */
export function hasParagraphCount(
  response: string,
  { num_paragraphs: wanted }: IfevalKwargs<'length_constraints:number_paragraphs'>,
): boolean {
  const parts = response.split(toPattern(String.raw`\s?\*\*\*\s?`));
  const filled = parts.map((part) => removeSpace(part) !== '');
  return filled.slice(1, -1).every(Boolean) && filled.filter(Boolean).length === wanted;
}

const PUNCTUATION = '.,?!\'"';

/** Whether the response has exactly so many paragraphs between empty lines, and one begins with a word. */
export function hasFirstWord(
  response: string,
  {
    num_paragraphs: wanted,
    nth_paragraph: place,
    first_word: first,
  }: IfevalKwargs<'length_constraints:nth_paragraph_first_word'>,
): boolean {
  const parts = response.split('\n\n');
  const count = parts.filter((part) => removeSpace(part) !== '').length;
  const paragraph = removeSpace(parts[place - 1] ?? '');
  if (place > count || paragraph === '') return false;
  const [word = ''] = splitAtSpace(paragraph);
  const letters = Array.from(removeEnds(removeEnds(word, "'", 'start'), '"', 'start'));
  const end = letters.findIndex((letter) => PUNCTUATION.includes(letter));
  const begin = letters.slice(0, end < 0 ? undefined : end).join('');
  return count === wanted && begin.toLowerCase() === first.toLowerCase();
}
