const WHOLE = '(?:whole|complete|entire|full)';
const NEW = '(?:new|improved|revised|rewritten|updated|better|final)';
const TEXT = '(?:(?:system )?prompt|response|answer|text)';
/** What a form calls the text that belongs in a place, alone. */
const PLACE_NAME = new RegExp(
  `^(?:(?:write|insert|put|here is|here goes) )?(?:(?:the|your|a|my) )?(?:${WHOLE} )?(?:${NEW} )*${TEXT}(?: (?:goes )?here)?$`,
  'i',
);
/** A sentence about that text, instead of the text. */
const PLACE_SENTENCE = new RegExp(
  `^(?:write )?the (?:${WHOLE} (?:${NEW} )?|${NEW} system )${TEXT} (?:should|must|will|needs?)\\b`,
  'i',
);
/** One pair of brackets or one tag around a line. */
const BRACKETED = /^(?:<[^<>\n]*>|\[[^[\]\n]*\]|\{[^{}\n]*\})$/;

/** What the request for a prompt says about one, in its own words: a prompt about writing prompts. */
const REQUEST_RULE =
  /\b(?:paragraph that says who the assistant is|bullets instead of dropping one|keep each bullet general|keep what the remarks praise)\b/i;

/** The mark where a repair cuts the reply that it shows (`nodes/createRepair.ts`): a text that ends so is cut off too. */
const CUT_MARK = /(?:\[(?:…|\.{3})\]|\.{4,})["'”’]?\s*$/;

/** Whether a text is no answer but a copy of the form: "...", "<new prompt>", "the whole new prompt should …", "Keep each bullet general". */
export function isFormText(text: string): boolean {
  const bare = text.replace(/[\s_]+/g, ' ').replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  return (
    bare === '' ||
    BRACKETED.test(text.trim()) ||
    CUT_MARK.test(text) ||
    REQUEST_RULE.test(bare) ||
    (PLACE_NAME.test(bare) && bare.includes(' ')) ||
    PLACE_SENTENCE.test(bare)
  );
}
