/** A reply without its thoughts. */
export interface SplitReply {
  /** What is not thought; exactly the reply if it has no thoughts. */
  answer: string;
  hasThoughts: boolean;
  /** Whether the reply ends inside a thought. Its answer is empty then. */
  isCutOff: boolean;
}

/** A pattern of a word in any case. The modifier `(?i:…)` is forgotten in a long process (findings/node-regexp-forgets-modifier.sh). */
const toAnyCase = (word: string): string => word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
const NAMES = ['thinking', 'think', 'thoughts', 'thought', 'reasoning', 'scratchpad', 'scratch_pad', 'antthinking'];
const NAME = NAMES.map(toAnyCase).join('|');
const TAG_NAME = `(?:[a-zA-Z]+[:_])?(?:${NAME})`;
const BRACKET_NAME = NAMES.map((name) => name.toUpperCase()).join('|');
/** The marks with which thoughts begin: tags, brackets of Magistral, Kimi's triangles, special tokens, Gemma's channel and MedGemma's unused tokens. */
export const OPENING = `<${TAG_NAME}(?:\\s[^<>\\n]{0,80})?>|◁think▷|<\\|(?:${toAnyCase('begin_of_thought')}|${toAnyCase('start_thinking')}|${NAME})\\|>|\\[(?:${BRACKET_NAME})\\]|<\\|channel>(?:thought|analysis)|<unused94>`;
/** The marks with which thoughts end. */
export const CLOSING = `</${TAG_NAME}\\s*>|◁/think▷|<\\|(?:${toAnyCase('end_of_thought')}|${toAnyCase('end_thinking')}|/(?:${NAME}))\\|>|\\[/(?:${BRACKET_NAME})\\]|<channel\\|>|<unused95>`;
const LEADING_OPENING = new RegExp(`^\\s*(?:${OPENING})`);
const OPENING_HERE = new RegExp(OPENING, 'y');
const ANY_OPENING = new RegExp(OPENING, 'g');
const ANY_CLOSING = new RegExp(CLOSING, 'g');
/** Marks that some models put around the answer after a thought. */
const ANSWER_MARKS =
  /^(?:<(answer|response|output)>([\s\S]*?)(?:<\/\1>|$)|<\|(?:begin_of_solution|START_RESPONSE)\|>([\s\S]*?)(?:<\|(?:end_of_solution|END_RESPONSE)\|>|$))\s*$/;

/**
 * Separates the thoughts in a reply from its answer. A thought begins a reply, a line or a sentence. A closing mark whose
 * opening is missing ends a thought too, since some chat templates hold the opening. Marks in code or quotes are text.
 */
export function splitThoughts(text: string): SplitReply {
  if (hasNoMarks(text)) return { answer: text, hasThoughts: false, isCutOff: false };
  const head = splitLeadingThoughts(text);
  if (head.isCutOff || isJson(head.answer)) return head;
  const rest = removeInnerThoughts(head.answer);
  if (rest === null) return { answer: '', hasThoughts: true, isCutOff: true };
  return { answer: rest, hasThoughts: head.hasThoughts || rest !== head.answer, isCutOff: false };
}

/** Like `splitThoughts`, but leaves thoughts that come after the beginning of the answer. */
export function splitLeadingThoughts(text: string): SplitReply {
  if (hasNoMarks(text)) return { answer: text, hasThoughts: false, isCutOff: false };
  const channels = splitChannels(text);
  if (channels) return channels;
  let answer = text;
  for (;;) {
    const end = isJson(answer) ? 0 : findLeadingEnd(answer);
    if (end === 0) break;
    if (end === null) return { answer: '', hasThoughts: true, isCutOff: true };
    answer = answer.slice(end).trimStart();
  }
  return answer === text
    ? { answer, hasThoughts: false, isCutOff: false }
    : { answer: unwrapMarkedAnswer(answer), hasThoughts: true, isCutOff: false };
}

/** A character of every mark, or the word with which a reply in channels begins if its marks were lost. */
const MARK_SIGN = /[<◁[]|^\s*analysis/;

/** Whether nothing in a text can be a mark. Most replies are such, and it is the cheapest to see. */
const hasNoMarks = (text: string): boolean => !MARK_SIGN.test(text) || isJson(text);

/** Whether a text is a JSON object or list, in whose texts marks of thoughts are text. */
export function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    return JSON.parse(text) !== null;
  } catch {
    return false;
  }
}

/** Whether a reply begins inside a thought that it does not open: its template does. */
export const isThoughtFirst = (text: string): boolean =>
  !hasNoMarks(text) && !LEADING_OPENING.test(text) && splitChannels(text) === null && findLeadingEnd(text) !== 0;

/** Removes the thoughts with which a text opens. Nothing is left of a text that ends inside one. */
export function removeOpeningThoughts(text: string): string {
  let rest = text;
  for (let opening = LEADING_OPENING.exec(rest); opening; opening = LEADING_OPENING.exec(rest)) {
    const end = findClosingEnd(rest, opening[0].length);
    if (end === null) return '';
    rest = rest.slice(end).trimStart();
  }
  return rest;
}

/** Removes every thought that a text opens, and nothing before a closing mark alone. */
export const removeOpenedThoughts = (text: string): string => removeInnerThoughts(removeOpeningThoughts(text)) ?? '';

/** The index after a thought that begins at `start` or before; null if the text ends inside it. */
function findClosingEnd(text: string, start: number): number | null {
  ANY_CLOSING.lastIndex = start;
  return ANY_CLOSING.exec(text) ? ANY_CLOSING.lastIndex : null;
}

/** The index after the thought that begins at `start`; undefined if none begins there, null if the text ends inside it. */
export function findThoughtEnd(text: string, start: number): number | null | undefined {
  OPENING_HERE.lastIndex = start;
  return OPENING_HERE.test(text) ? findClosingEnd(text, OPENING_HERE.lastIndex) : undefined;
}

/** The index after the thought at the beginning: 0 if there is none, null if the text ends inside it. */
function findLeadingEnd(text: string): number | null {
  const opening = LEADING_OPENING.exec(text);
  if (opening) return findClosingEnd(text, opening[0].length);
  if (text.search(new RegExp(CLOSING)) < 0) return 0;
  const visible = redactQuotedMarks(text);
  const first = visible.search(new RegExp(OPENING));
  const closing = [...visible.slice(0, first < 0 ? undefined : first).matchAll(new RegExp(CLOSING, 'g'))].at(-1);
  return closing ? closing.index + closing[0].length : 0;
}

const MENTION_AFTER = /^(?:[ \t]+\p{Ll}|[ \t]*[,.;:)…—])/u;

/** The text without thoughts that begin a line or a sentence; null if it ends inside one. */
function removeInnerThoughts(text: string): string | null {
  if (text.search(new RegExp(OPENING)) < 0) return text;
  const visible = redactQuotedMarks(text);
  let kept = '';
  let from = 0;
  ANY_OPENING.lastIndex = 0;
  for (let opening = ANY_OPENING.exec(visible); opening; opening = ANY_OPENING.exec(visible)) {
    const before = visible.slice(Math.max(0, opening.index - 20), opening.index);
    const isLine = /(?:^|\n)[ \t]*$/.test(before);
    const end = findClosingEnd(visible, ANY_OPENING.lastIndex);
    const isSentence =
      /[.!?:…]["'”’)*_]*\s+$/.test(before) && end !== null && !MENTION_AFTER.test(visible.slice(end, end + 20));
    if (!isLine && !isSentence) continue;
    if (end === null) return null;
    kept += text.slice(from, opening.index).trimEnd();
    if (!/^\s/.test(text.slice(end, end + 1))) kept += isLine ? '\n' : ' ';
    ANY_OPENING.lastIndex = from = end;
  }
  return from === 0 ? text : (kept + text.slice(from)).trimEnd();
}

/** The text with blanks for code, and for marks between quotes. */
export function redactQuotedMarks(text: string): string {
  const hide = (part: string): string => part.replace(/[^\n]/g, ' ');
  return text
    .replace(/^[ \t]*(`{3,}|~{3,})[^\n`]*\n[\s\S]*?\n[ \t]*\1/gm, hide)
    .replace(/(?<!`)`[^`\n]+`(?!`)/g, hide)
    .replace(new RegExp(`(["'“‘«])(?:${OPENING}|${CLOSING})(["'”’»])`, 'g'), hide);
}

/** The answer without the marks that some models put around it. */
export function unwrapMarkedAnswer(answer: string): string {
  const marked = ANSWER_MARKS.exec(answer);
  return marked ? (marked[2] ?? marked[3] ?? '').trim() : answer;
}

const CHANNEL_TOKENS = /<\|(start|channel|constrain|message|end|return|call)\|>/;
/** How a reply with OpenAI's channels begins. */
export const CHANNELS_BEGIN =
  /^\s*(?:<\|start\|>\s*\w*\s*)?(?:<\|channel\|>|(?:analysis|commentary|final)\s*<\|message\|>)/;
const FINAL_CHANNEL = /<\|channel\|>\s*final\b[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>/;

/** The final channel of a reply in OpenAI's harmony format; null if the reply has no channels. */
function splitChannels(text: string): SplitReply | null {
  const isBare = /^\s*analysis(?=[\p{Lu}\p{Lo}"'{[])/u.test(text);
  if (isBare) {
    const [, ...finals] = text.split('assistantfinal');
    return { answer: (finals.at(-1) ?? '').trimStart(), hasThoughts: true, isCutOff: finals.length === 0 };
  }
  if (!CHANNELS_BEGIN.test(text) && !FINAL_CHANNEL.test(redactQuotedMarks(text))) return null;
  let channel = /^\s*(\w+)\s*<\|message\|>/.exec(text)?.[1] ?? 'analysis';
  let isContent = false;
  let answer: string | null = null;
  const [, ...parts] = text.split(CHANNEL_TOKENS);
  for (let i = 0; i < parts.length; i += 2) {
    const [token = '', content = ''] = [parts[i], parts[i + 1]];
    if (token === 'channel') channel = /\w+/.exec(content)?.[0] ?? '';
    isContent = token === 'message';
    if (isContent && channel === 'final') answer = (answer ?? '') + content;
  }
  return { answer: answer ?? '', hasThoughts: true, isCutOff: answer === null };
}
