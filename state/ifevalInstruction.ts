import { z } from 'zod';
import type { IfevalKind } from './ifevalKinds.ts';

const text = z.string().trim().min(1);
const count = z.number().int().min(0);
const relation = z.enum(['less than', 'at least']);
const none = z.object({});

/** What each of IFEval's 25 kinds of instruction needs in its `kwargs`. */
export const IFEVAL_KWARGS = {
  'keywords:existence': z.object({ keywords: z.array(text).min(1) }),
  'keywords:frequency': z.object({ keyword: text, frequency: count, relation }),
  'keywords:forbidden_words': z.object({ forbidden_words: z.array(text).min(1) }),
  'keywords:letter_frequency': z.object({
    letter: z.string().regex(/^[A-Za-z]$/),
    let_frequency: count,
    let_relation: relation,
  }),
  'language:response_language': z.object({ language: text }),
  'length_constraints:number_sentences': z.object({ num_sentences: count, relation }),
  'length_constraints:number_paragraphs': z.object({ num_paragraphs: count }),
  'length_constraints:number_words': z.object({ num_words: count, relation }),
  'length_constraints:nth_paragraph_first_word': z.object({
    num_paragraphs: count,
    nth_paragraph: z.number().int().min(1),
    first_word: text,
  }),
  'detectable_content:number_placeholders': z.object({ num_placeholders: count }),
  'detectable_content:postscript': z.object({ postscript_marker: text }),
  'detectable_format:number_bullet_lists': z.object({ num_bullets: count }),
  'detectable_format:constrained_response': none,
  'detectable_format:number_highlighted_sections': z.object({ num_highlights: count }),
  'detectable_format:multiple_sections': z.object({ section_spliter: text, num_sections: count }),
  'detectable_format:json_format': none,
  'detectable_format:title': none,
  'combination:two_responses': none,
  'combination:repeat_prompt': z.object({ prompt_to_repeat: text }),
  'startend:end_checker': z.object({ end_phrase: text }),
  'startend:quotation': none,
  'change_case:capital_word_frequency': z.object({ capital_frequency: count, capital_relation: relation }),
  'change_case:english_capital': none,
  'change_case:english_lowercase': none,
  'punctuation:no_comma': none,
} as const satisfies Record<IfevalKind, z.ZodType>;

/** What a kind of instruction needs. */
export type IfevalKwargs<Kind extends IfevalKind> = z.infer<(typeof IFEVAL_KWARGS)[Kind]>;

/** Whether an instruction has the `kwargs` that its kind needs. A null counts as left out. */
export const hasIfevalKwargs = ({ instruction, kwargs = {} }: { instruction: IfevalKind; kwargs?: object }): boolean =>
  IFEVAL_KWARGS[instruction].safeParse(kwargs).success;
