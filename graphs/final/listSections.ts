/** A part of a prompt that can be left out, by its place in the text: a paragraph, a list item or a sentence. */
export interface PromptSection {
  start: number;
  end: number;
}

const BLANK_LINES = /\n[ \t]*\n\s*/g;
const LIST_MARK = /^[ \t]*(?:[-*+•–]|\p{N}{1,3}[.)])[ \t]+/u;
const LIST_ITEM = new RegExp(`\\n(?=${LIST_MARK.source.slice(1)})`, 'gu');
/** What only introduces what follows: a line, or a line that is underlined. */
const HEADING = /^(?:#{1,6} [^\n]*|\*\*[^\n*]+\*\*:?|[^\n]*[:：]|[^\n]+\n(?:=+|-+))$/;
/** A line break within a sentence. */
const WRAP = /(?<=[^.!?:;。！？\s])\n(?=\S)/g;
/** What ends by introducing what follows. */
const INTRODUCTION = /[:：]$/;
/** Code between lines of backticks or tildes, at any indent. Without a last line it goes to the end. */
const FENCE =
  /^[ \t]*(?:[-*+•–][ \t]+)?(`{3,}|~{3,})[^\n]*(?:\n[\s\S]*?)??(?:\n[ \t]*\1[`~]*[ \t]*(?=\n|$(?![^]))|$(?![^]))/gm;
const TAG = /<(\/?)([a-z][\w-]*)[^<>\n]*>/gi;
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/**
 * Lists the sections of a prompt that can be left out, the longest first: paragraphs with their heading, items of a list, and
 * sentences. Sections are nested or apart. Headings stay with what follows. No section has code in fences, or half a pair of tags.
 */
export function listSections(prompt: string): PromptSection[] {
  const whole = trimRange(prompt, { start: 0, end: prompt.length });
  const paragraphs = splitRange(prompt, whole, BLANK_LINES);
  const items = paragraphs.map((paragraph) => splitRange(prompt, paragraph, LIST_ITEM));
  const all = [
    ...joinHeadings(prompt, paragraphs),
    ...items.flatMap((list) => (list.length > 1 ? list : [])),
    ...items.flat().flatMap((item) => splitSentences(prompt, item)),
  ];
  const fences = [...prompt.matchAll(FENCE)].map(({ index, 0: { length } }) => ({ start: index, end: index + length }));
  const sections = new Map(all.map((section) => [`${section.start} ${section.end}`, section]));
  return [...sections.values()]
    .filter(
      (section) =>
        length(section) < length(whole) &&
        !HEADING.test(getText(prompt, section)) &&
        !INTRODUCTION.test(getText(prompt, section)) &&
        fences.every((fence) => !overlaps(fence, section)) &&
        isBalanced(getText(prompt, section)),
    )
    .toSorted((a, b) => length(b) - length(a) || a.start - b.start);
}

/** Removes sections that do not overlap from a prompt, with the lines and spaces that only parted them from the rest. */
export function removeSections(prompt: string, sections: readonly PromptSection[]): string {
  return sections
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, section) => removeSection(text, section), prompt)
    .trim();
}

function removeSection(text: string, { start, end }: PromptSection): string {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  const startsLine = /(?:^|\n)[ \t]*$/.test(before);
  if (!startsLine)
    return /^[ \t]*(?:\n|$)/.test(after) ? before.trimEnd() + after : before + after.replace(/^[ \t]+/, '');
  const lines = before.replace(/[ \t]*$/, '');
  // after a blank line no second one follows
  const isAfterBlank = /(?:^|\n[ \t]*\n)$/.test(lines) && /^\s*\n/.test(after);
  return lines + (isAfterBlank ? after.replace(/^\s*\n/, '') : after.replace(/^[ \t]*\n?/, ''));
}

/** Whether a section is part of another. */
export const isWithin = (inner: PromptSection, outer: PromptSection): boolean =>
  outer.start <= inner.start && inner.end <= outer.end;

const overlaps = (a: PromptSection, b: PromptSection): boolean => a.start < b.end && b.start < a.end;
const length = ({ start, end }: PromptSection): number => end - start;
const getText = (prompt: string, { start, end }: PromptSection): string => prompt.slice(start, end);

/** Splits a section where a pattern matches, and leaves out the spaces around its parts. */
function splitRange(prompt: string, { start, end }: PromptSection, pattern: RegExp): PromptSection[] {
  const breaks = [...prompt.slice(start, end).matchAll(pattern)];
  const starts = [start, ...breaks.map(({ index, 0: found }) => start + index + found.length)];
  return starts.map((from, i) => trimRange(prompt, { start: from, end: starts[i + 1] ?? end }));
}

/** Joins each paragraph with the headings before it, unless it is one itself. */
function joinHeadings(prompt: string, paragraphs: readonly PromptSection[]): PromptSection[] {
  const isHeading = (paragraph: PromptSection): boolean => HEADING.test(getText(prompt, paragraph));
  let first: PromptSection | undefined;
  return paragraphs.flatMap((paragraph) => {
    first ??= paragraph;
    if (isHeading(paragraph)) return [];
    const joined = { ...paragraph, start: first.start };
    first = undefined;
    return [joined];
  });
}

/** Whether each tag of a text is opened as often as it is closed. */
function isBalanced(text: string): boolean {
  const open = new Map<string, number>();
  for (const [, slash, name = ''] of text.matchAll(TAG)) open.set(name, (open.get(name) ?? 0) + (slash ? -1 : 1));
  return [...open.values()].every((count) => count === 0);
}

/** Splits a paragraph or an item without its mark into sentences. */
function splitSentences(prompt: string, section: PromptSection): PromptSection[] {
  const text = getText(prompt, section);
  const mark = LIST_MARK.exec(text)?.[0].length ?? 0;
  const start = section.start + mark;
  const found = [...segmenter.segment(text.slice(mark).replace(WRAP, ' '))];
  // the only sentence of an item is the item
  if (found.length < 2) return [];
  return found.map(({ index, segment }) =>
    trimRange(prompt, { start: start + index, end: start + index + segment.length }),
  );
}

function trimRange(prompt: string, section: PromptSection): PromptSection {
  const text = getText(prompt, section);
  const start = section.start + (text.length - text.trimStart().length);
  return { start, end: Math.max(start, section.end - (text.length - text.trimEnd().length)) };
}
