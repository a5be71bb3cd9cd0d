import { z } from 'zod';
import { normalizeAspectName } from '../state/aspects.ts';
import type { Aspect } from '../state/reward.ts';
import { removeOpeningThoughts } from './thoughts.ts';
import { createReplyReader, type ReadResult, type ReplyReader } from './reply.ts';

/** What a selection is held against. */
export interface SelectionContext {
  query: string;
  /** The aspects on offer. */
  aspects: readonly Aspect[];
  /** So many aspects count, the first ones. */
  most: number;
}

/** The aspects that a reward model selected. `proposed`: its own scoring text of an aspect that is not on offer. */
export interface Selection {
  reasoning: string;
  aspects: { name: string; proposed?: string | undefined }[];
}

/** A longer name is a sentence. */
const MAX_NAME_CHARS = 60;
/** A longer text of an aspect, or reasoning, is cut. */
const MAX_TEXT_CHARS = 600;
/** Shorter words of a name, such as "how" and "to", do not show that it is taken from the query. */
const MIN_WORD_CHARS = 4;
/** Words with the same first characters count as forms of one word. */
const STEM_CHARS = 4;
/** What a form calls an aspect. */
const FORM_WORDS =
  /^(?:(?:(?:a|an|the|my|your|own|new|another|selected|first|second|names? of)[\s_]*)*aspects?(?:[\s_]*(?:names?|selection|here|\w|\d+))*|none|n\s*\/?\s*a|null|string)$/i;
/** A sentence ends inside a name that is an instruction, and a question is none. */
const SENTENCE_END = /[.!?]\s|[?？]$/;

/** The parts of a reply; all may be missing or elsewhere. */
const SelectionReply = z.looseObject({
  query_analysis: z.unknown().optional(),
  aspects_selection: z.unknown().optional(),
  selected_aspects: z.unknown().optional(),
});

/**
 * Creates a reader for selections in any of the shapes that models give them. No aspect is: a form's own word, a sentence, a
 * repeated name, the query's own words, or one more than was asked for.
 */
export const createSelectionReader =
  (context: SelectionContext): ReplyReader<Selection> =>
  (text) => {
    const reply = createReplyReader(SelectionReply)(text);
    return 'complaint' in reply ? reply : readSelection(reply.value, context);
  };

function readSelection(reply: Record<string, unknown>, context: SelectionContext): ReadResult<Selection> {
  const { reasoning, selected, added } = findSelection(reply);
  const texts = new Map(listNames(added).map((item) => [normalizeAspectName(item.name), item.text]));
  const names = [...listNames(selected), ...(Array.isArray(added) ? listNames(added) : [])];
  const read = names.flatMap((item) => readAspect(item, texts, context));
  const keys = read.map((a) => normalizeAspectName(a.name));
  const aspects = read.filter((_, i) => keys.indexOf(keys[i] ?? '') === i).slice(0, context.most);
  if (aspects.length > 0) return { value: { reasoning: toReasoning(reasoning), aspects } };
  return {
    complaint: names.length ? 'no selected aspect is one; select names from the list' : 'no aspect was selected',
  };
}

interface RawSelection {
  reasoning: string;
  selected: unknown;
  added: unknown;
}

/** The selection under its key, or one level above or beside it. */
function findSelection(reply: Record<string, unknown>): RawSelection {
  const parts = [reply['aspects_selection'], reply, ...Object.values(reply)].filter(isObject);
  const found = parts.find((part) => getField(part, 'selected_aspects') !== undefined) ?? {};
  return {
    reasoning: typeof found['reasoning'] === 'string' ? found['reasoning'] : '',
    selected: getField(found, 'selected_aspects'),
    added: getField(found, 'new_aspects'),
  };
}

/** A field under its name, also in other letters and marks. */
const getField = (object: Record<string, unknown>, name: string): unknown =>
  Object.entries(object).find(([key]) => normalizeAspectName(key) === normalizeAspectName(name))?.[1];

interface NamedText {
  name: string;
  text?: string | undefined;
}

/** The names in a list of texts or objects, in an object's keys, or in a text. */
function listNames(value: unknown): NamedText[] {
  if (typeof value === 'string') return value.split(/[,;\n]/).map((name) => ({ name }));
  if (isObject(value))
    return Object.entries(value).flatMap(([name, text]) => (text === false ? [] : [{ name, text: toText(text) }]));
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown): NamedText[] => {
    if (typeof item === 'string') return [{ name: item }];
    if (!isObject(item)) return [];
    const name = item['name'] ?? item['aspect'] ?? item['title'];
    const text = toText(item['scoring'] ?? item['description'] ?? item['meaning']);
    return typeof name === 'string' ? [{ name, text }] : [];
  });
}

function readAspect(
  { name: raw, text }: NamedText,
  texts: ReadonlyMap<string, string | undefined>,
  { query, aspects }: SelectionContext,
): Selection['aspects'] {
  const name = removeOpeningThoughts(raw)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:[-*•]|\d+[.)])\s+/, '')
    .replace(/^["'`*“”‘’_]+|["'`*“”‘’_.,;]+$/gu, '');
  const [head = '', ...rest] = name.split(/\s*[:(–—]\s*|\s+-\s+/);
  const known = aspects.find((a) => [name, head].some((n) => normalizeAspectName(a.name) === normalizeAspectName(n)));
  if (known) return [{ name: known.name }];
  const parts = name.split(/\s*(?:[,;/&+|]|\band\b)\s*/).filter((part) => part !== '');
  const all = parts.flatMap((part) => aspects.filter((a) => normalizeAspectName(a.name) === normalizeAspectName(part)));
  if (parts.length > 1 && all.length === parts.length) return all.map((a) => ({ name: a.name }));
  const proposed =
    texts.get(normalizeAspectName(raw)) ?? texts.get(normalizeAspectName(head)) ?? text ?? rest.join(' ');
  const isName =
    /\p{L}/u.test(head) &&
    head.length <= MAX_NAME_CHARS &&
    ![FORM_WORDS, SENTENCE_END, /^<.*>$/].some((p) => p.test(head));
  return isName && !isTakenFrom(head, query, proposed !== '') ? [{ name: head, proposed: toOneLine(proposed) }] : [];
}

/** A model's text as the judge's request holds it: one line of limited length. */
const toOneLine = (text: string): string =>
  removeOpeningThoughts(text)
    .replace(/[\s\u0085\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, MAX_TEXT_CHARS);

/** Reasoning has a line of its own, which must not begin as those of the aspects do. */
function toReasoning(text: string): string {
  const line = toOneLine(text);
  return /^[^\p{L}]*\p{L}[\p{L}\p{N} -]{0,60}[:([]/u.test(line) ? `In short, ${line}` : line;
}

/** Whether a name is made of the query's words. A single word may be, if the model says what it means as an aspect. */
function isTakenFrom(name: string, query: string, isExplained: boolean): boolean {
  const [words, known] = [splitWords(name), splitWords(query)];
  const long = words.filter((word) => word.length >= MIN_WORD_CHARS);
  const told = long.length ? long : words;
  if (told.length === 1) return !isExplained && known.includes(told[0] ?? '');
  const stems = new Set(known.map(toStem));
  return told.every((word) => stems.has(toStem(word)));
}

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'word' });
const splitWords = (text: string): string[] =>
  [...SEGMENTER.segment(text.normalize('NFKC').toLowerCase())].flatMap((s) => (s.isWordLike ? [s.segment] : []));
const toStem = (word: string): string => word.slice(0, STEM_CHARS);

const toText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
