import { IFEVAL_KWARGS, type IfevalKwargs } from '../../../state/ifevalInstruction.ts';
import { type IfevalKind } from '../../../state/ifevalKinds.ts';
import { hasCapitalWords, isEnglishInCapitals, isEnglishInLowerCase, isInLanguage } from './cases.ts';
import {
  hasAllowedAnswer,
  hasBullets,
  hasHighlights,
  hasPlaceholders,
  hasPostscript,
  hasSections,
  hasTitle,
  isJsonText,
} from './formats.ts';
import { hasKeywordCount, hasKeywords, hasLetterCount, hasNoForbiddenWord } from './keywords.ts';
import { hasFirstWord, hasParagraphCount, hasSentenceCount, hasWordCount } from './lengths.ts';
import { removeSpace } from './pythonText.ts';
import { hasEnd, hasNoComma, hasRepeatedPrompt, hasTwoResponses, isQuoted } from './wholes.ts';

type Verifier<Kind extends IfevalKind> = (response: string, kwargs: IfevalKwargs<Kind>) => boolean | Promise<boolean>;

/** How each kind of instruction is verified. */
const VERIFIERS: { [Kind in IfevalKind]: Verifier<Kind> } = {
  'keywords:existence': hasKeywords,
  'keywords:frequency': hasKeywordCount,
  'keywords:forbidden_words': hasNoForbiddenWord,
  'keywords:letter_frequency': hasLetterCount,
  'language:response_language': isInLanguage,
  'length_constraints:number_sentences': hasSentenceCount,
  'length_constraints:number_paragraphs': hasParagraphCount,
  'length_constraints:number_words': hasWordCount,
  'length_constraints:nth_paragraph_first_word': hasFirstWord,
  'detectable_content:number_placeholders': hasPlaceholders,
  'detectable_content:postscript': hasPostscript,
  'detectable_format:number_bullet_lists': hasBullets,
  'detectable_format:constrained_response': hasAllowedAnswer,
  'detectable_format:number_highlighted_sections': hasHighlights,
  'detectable_format:multiple_sections': hasSections,
  'detectable_format:json_format': isJsonText,
  'detectable_format:title': hasTitle,
  'combination:two_responses': hasTwoResponses,
  'combination:repeat_prompt': hasRepeatedPrompt,
  'startend:end_checker': hasEnd,
  'startend:quotation': isQuoted,
  'change_case:capital_word_frequency': hasCapitalWords,
  'change_case:english_capital': isEnglishInCapitals,
  'change_case:english_lowercase': isEnglishInLowerCase,
  'punctuation:no_comma': hasNoComma,
};

/** Whether a response follows one of IFEval's instructions, as it is. An empty response follows none. */
export async function followInstruction(
  response: string,
  instruction: IfevalKind,
  kwargs: object = {},
): Promise<boolean> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the verifier and the schema are of one kind
  const verify = VERIFIERS[instruction] as (response: string, kwargs: unknown) => boolean | Promise<boolean>;
  return removeSpace(response) !== '' && verify(response, IFEVAL_KWARGS[instruction].parse(kwargs));
}

/** Whether a response follows an instruction loosely: as it is, or without its first line, its last line, its stars, or several of these. */
export async function followLoosely(response: string, instruction: IfevalKind, kwargs: object = {}): Promise<boolean> {
  const lines = response.split('\n');
  const cuts = [
    response,
    ...[lines.slice(1), lines.slice(0, -1), lines.slice(1, -1)].map((part) => removeSpace(part.join('\n'))),
  ];
  for (const variant of [...cuts, ...cuts.map((cut) => cut.replaceAll('*', ''))])
    if (await followInstruction(variant, instruction, kwargs)) return true;
  return false;
}
