import type { IfevalKwargs } from '../../../state/ifevalInstruction.ts';
import { isInRelation } from './pythonText.ts';

const hasUpper = (text: string): boolean => /\p{Uppercase}/u.test(text);
const hasLower = (text: string): boolean => /\p{Lowercase}/u.test(text);
const hasTitleCase = (text: string): boolean => /\p{Lt}/u.test(text);

const isUpper = (text: string): boolean => hasUpper(text) && !hasLower(text) && !hasTitleCase(text);
const isLower = (text: string): boolean => hasLower(text) && !hasUpper(text) && !hasTitleCase(text);

/** Detects the language of a text. Undefined: it has no letter to tell it by. */
async function detectLanguageCode(text: string): Promise<string | undefined> {
  if (!/\p{L}/u.test(text)) return undefined;
  const { detect } = await import('tinyld');
  return detect(text.toLowerCase());
}

/** Whether the response is in a language. A text without letters passes, as in the published verifiers. */
export async function isInLanguage(
  response: string,
  { language }: IfevalKwargs<'language:response_language'>,
): Promise<boolean> {
  const found = await detectLanguageCode(response);
  return found === undefined || found === language.toLowerCase().split('-')[0];
}

/** Whether the response is English in capital letters. */
export const isEnglishInCapitals = async (response: string): Promise<boolean> =>
  isUpper(response) && isInLanguage(response, { language: 'en' });

/** Whether the response is English without capital letters. */
export const isEnglishInLowerCase = async (response: string): Promise<boolean> =>
  isLower(response) && isInLanguage(response, { language: 'en' });

/** Marks that stand alone beside a word; a hyphen or an apostrophe within it does not part it. */
const TOKENS = /[^\s()[\]{}<>"“”«»?!;:,&@#$%*`]+/gu;

/** Whether words in capital letters are there so often. A word with hyphens is one. */
export function hasCapitalWords(
  response: string,
  { capital_frequency: wanted, capital_relation: relation }: IfevalKwargs<'change_case:capital_word_frequency'>,
): boolean {
  const words = (response.match(TOKENS) ?? []).flatMap((word) =>
    word.split(/--+|\.{2,}|(?<=\p{L})(?=['’](?:s|m|d|ll|re|ve|t)$)/iu),
  );
  return isInRelation(words.filter(isUpper).length, relation, wanted);
}
