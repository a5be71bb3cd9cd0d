import { IFEVAL_KINDS, type IfevalKind } from '../../../state/ifevalKinds.ts';
import { createMersenneTwister } from '../../../statistics/random.ts';
import { LANGUAGE_TEXTS, TEXTS } from './caseTexts.ts';

/** A response to be verified, in the form of IFEval's file. */
export interface IfevalCase {
  prompt: string;
  instruction_id_list: IfevalKind[];
  kwargs: Record<string, unknown>[];
  response: string;
}

/** Changes of a response that a kind of instruction looks at, beside those that it should not mind. */
const MUTATIONS: readonly ((text: string) => string)[] = [
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase(),
  (text) => text.replaceAll(',', ''),
  (text) => `"${text}"`,
  (text) => `  "${text}" \n`,
  (text) => `<<Notes on ${text.slice(0, 12)}>>\n${text}`,
  (text) => `<< >>\n${text}`,
  (text) => `${text}\n\nP.S. Bring a coat.`,
  (text) => `${text}\nP. S. not the right mark\nP.P.S one more`,
  (text) => `${text} p. p. s. small`,
  (text) => `Sure! Here it is:\n${text}`,
  (text) => `**Answer**\n\n${text}`,
  (text) => `${text}\nIs there anything else I can help with?`,
  (text) => `${text} Any other questions?"`,
  (text) =>
    text
      .split('. ')
      .map((part) => `* ${part}`)
      .join('\n'),
  (text) =>
    text
      .split('. ')
      .map((part) => ` - ${part}`)
      .join('\n'),
  (text) => `- one\n\n  * two\n*three*\n**four**\n${text}`,
  (text) => text.replaceAll(/\b(\w{6,})\b/g, '*$1*'),
  (text) => `*${text.slice(0, 20)}* and **${text.slice(5, 17)}** and ** ** and *`,
  (text) => `Section 1\n${text}\nSection 2\nMore of it\nSECTION 3 end`,
  (text) => `PART 1: ${text} PART2 ${text.slice(0, 40)}`,
  (text) => `${text}\n***\nA second part\n***\nA third part`,
  (text) => `*** ${text} *** ***`,
  (text) => `${text}\n******\n${text}`,
  (text) => `${text}\n******\nAnother answer, which differs.`,
  (text) => `******${text}******Another******`,
  (text) => `${text}\n\nAnother paragraph begins here.\n\nAnd a last one.`,
  (text) => `${text}\n\n\n\n"However," it ends.`,
  (text) => text.replaceAll('. ', '.\n\n'),
  (text) => JSON.stringify({ answer: text, items: [1, 2.5, null] }),
  (text) => `\`\`\`json\n${JSON.stringify({ answer: text })}\n\`\`\``,
  (text) => `\`\`\`JSON\n{"a": NaN, "b": -Infinity, "c": "NaN, 'x'"}\n\`\`\`\n${text.length > 150 ? text : ''}`,
  (text) => `{"a": 1,}${text.slice(0, 1)}`,
  (text) => `${text} Dear [name], meet me at [place] on [ date ] or [].`,
  (text) => `My answer is maybe. ${text}`,
  (text) => `my answer is no. ${text}`,
  (text) => `Describe the harbour in winter.\n${text}`,
  (text) => `  DESCRIBE the harbour in winter. ${text}`,
  (text) => text.slice(0, 60),
  (text) => text.replaceAll(/[aeiou]/g, ''),
  (text) => `${text} NASA and the U.S. met at 9 A.M. in N.Y. It's A-OK, BUT WELL-KNOWN...`,
  (text) => `${text} Dr. Lee paid $3.50 vs. the usual e.g. sum. "Really?" she asked. Yes!! No...maybe.`,
  (text) => `1. ${text}\n2. Second line\n3. Third line`,
  (text) => text.replaceAll(' ', '\u00a0').replaceAll('\n', '\r\n'),
  (text) => `${text} naïve café, Straße; ΑΘΗΝΑ 中文 हिन्दी`,
  () => '12345 67,8 !!',
  () => '   \n',
];

const relations = ['less than', 'at least'];

/** Values of `kwargs` for each kind, by a draw below n. */
const KWARGS: { [Kind in IfevalKind]: (draw: (n: number) => number) => Record<string, unknown> } = {
  'keywords:existence': (draw) => ({
    keywords: [pick(draw, ['harbour', 'ice', 'tea', 'U.S.']), pick(draw, ['winter', 'the', 'Boat', 'café'])],
  }),
  'keywords:frequency': (draw) => ({
    keyword: pick(draw, ['the', 'ice', 'a', 'tea', ' boat ']),
    frequency: draw(6),
    relation: pick(draw, relations),
  }),
  'keywords:forbidden_words': (draw) => ({
    forbidden_words: [pick(draw, ['ice', 'cold', 'bread', 'Straße']), pick(draw, ['a.m.', 'never', 'caf', 'ΑΘΗΝΑ'])],
  }),
  'keywords:letter_frequency': (draw) => ({
    letter: pick(draw, ['e', 'Q', 's', 'z']),
    let_frequency: draw(30),
    let_relation: pick(draw, relations),
  }),
  'language:response_language': (draw) => ({ language: pick(draw, ['en', 'de', 'es', 'fr', 'hi', 'ru', 'it', 'ko']) }),
  'length_constraints:number_sentences': (draw) => ({ num_sentences: 1 + draw(9), relation: pick(draw, relations) }),
  'length_constraints:number_paragraphs': (draw) => ({ num_paragraphs: 1 + draw(4) }),
  'length_constraints:number_words': (draw) => ({ num_words: 5 + draw(90), relation: pick(draw, relations) }),
  'length_constraints:nth_paragraph_first_word': (draw) => ({
    num_paragraphs: 1 + draw(4),
    nth_paragraph: 1,
    first_word: pick(draw, ['the', 'In', 'another', 'Sure', 'however']),
  }),
  'detectable_content:number_placeholders': (draw) => ({ num_placeholders: draw(6) }),
  'detectable_content:postscript': (draw) => ({ postscript_marker: pick(draw, ['P.S.', 'P.P.S', 'PS:', ' P.S. ']) }),
  'detectable_format:number_bullet_lists': (draw) => ({ num_bullets: draw(6) }),
  'detectable_format:constrained_response': () => ({}),
  'detectable_format:number_highlighted_sections': (draw) => ({ num_highlights: draw(6) }),
  'detectable_format:multiple_sections': (draw) => ({
    section_spliter: pick(draw, ['Section', 'SECTION', 'PART', 'Day ']),
    num_sections: draw(4),
  }),
  'detectable_format:json_format': () => ({}),
  'detectable_format:title': () => ({}),
  'combination:two_responses': () => ({}),
  'combination:repeat_prompt': () => ({ prompt_to_repeat: 'Describe the harbour in winter.' }),
  'startend:end_checker': (draw) => ({
    end_phrase: pick(draw, [
      'Any other questions?',
      'Is there anything else I can help with?',
      'it ends.',
      ' one more ',
    ]),
  }),
  'startend:quotation': () => ({}),
  'change_case:capital_word_frequency': (draw) => ({
    capital_frequency: draw(8),
    capital_relation: pick(draw, relations),
  }),
  'change_case:english_capital': () => ({}),
  'change_case:english_lowercase': () => ({}),
  'punctuation:no_comma': () => ({}),
};

const pick = <T>(draw: (n: number) => number, items: readonly T[]): T => {
  const item = items[draw(items.length)];
  if (item === undefined) throw new Error('expected something to pick from');
  return item;
};

type Draw = (n: number) => number;

function makeDraw(seed: number): Draw {
  const twister = createMersenneTwister(seed);
  return (n) => twister() % n;
}

const makeCase = (draw: Draw, kind: IfevalKind, response: string): IfevalCase => ({
  prompt: 'Describe the harbour in winter.',
  instruction_id_list: [kind],
  kwargs: [KWARGS[kind](draw)],
  response,
});

/** Makes cases of each kind from texts and their mutations, the same ones each time. */
export function makeCases(perKind: number): IfevalCase[] {
  const draw = makeDraw(25);
  return IFEVAL_KINDS.flatMap((kind) =>
    Array.from({ length: perKind }, () => {
      const isLanguage = kind === 'language:response_language';
      let response = pick(draw, isLanguage || draw(8) === 0 ? LANGUAGE_TEXTS : TEXTS);
      for (let left = isLanguage ? draw(2) : draw(4); left > 0; left--) response = pick(draw, MUTATIONS)(response);
      return makeCase(draw, kind, response);
    }),
  );
}

/** Makes cases of responses that a model gave: each by so many kinds of instruction, as it is and with one mutation. */
export function makeCasesWithResponses(responses: readonly string[], kindsEach: number, seed: number): IfevalCase[] {
  const draw = makeDraw(seed);
  return responses.flatMap((response) =>
    Array.from({ length: kindsEach }, (_, i) =>
      makeCase(draw, pick(draw, IFEVAL_KINDS), i % 2 === 0 ? response : pick(draw, MUTATIONS)(response)),
    ),
  );
}
