import type { IfevalKwargs } from '../../../state/ifevalInstruction.ts';
import { countMatches, isInRelation, removeSpace, toPattern } from './pythonText.ts';

// the published verifiers read a keyword as a regular expression, whatever its case

/** Whether each keyword is in the response. */
export const hasKeywords = (response: string, { keywords }: IfevalKwargs<'keywords:existence'>): boolean =>
  keywords.every((keyword) => toPattern(keyword, 'i').test(response));

/** Whether a keyword is there so often. */
export const hasKeywordCount = (
  response: string,
  { keyword, frequency, relation }: IfevalKwargs<'keywords:frequency'>,
): boolean => isInRelation(countMatches(response, removeSpace(keyword), 'i'), relation, frequency);

/** Whether none of the words is there as a whole word. */
export const hasNoForbiddenWord = (
  response: string,
  { forbidden_words: words }: IfevalKwargs<'keywords:forbidden_words'>,
): boolean => !words.some((word) => toPattern(String.raw`\b${word}\b`, 'i').test(response));

/** Whether a letter is there so often, large or small. */
export const hasLetterCount = (
  response: string,
  { letter, let_frequency: wanted, let_relation: relation }: IfevalKwargs<'keywords:letter_frequency'>,
): boolean => isInRelation(response.toLowerCase().split(letter.toLowerCase()).length - 1, relation, wanted);
