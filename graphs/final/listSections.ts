/** A part of a prompt that can be left out, by its place in the text: a paragraph, a list item or a sentence. */
export interface PromptSection {
  start: number;
  end: number;
}

const BLANK_LINES = /\n[ \t]*\n\s*/g;
const LIST_MARK = /^[ \t]*(?:[-*+•–]|\p{N}{1,3}[.)])[ \t]+/u;
const LIST_ITEM = new RegExp(`\\n(?=${LIST_MARK.source.slice(1)})`, 'gu');
/** A line that only introduces what follows. */
const HEADING = /^(?:#{1,6} [^\n]*|\*\*[^\n*]+\*\*:?|[^\n]*[:：])$/;
/** A line break within a sentence. */
const WRAP = /(?<=[^.!?:;。！？\s])\n(?=\S)/g;
const FENCE = /^```[\s\S]*?^```/gm;
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/**
 * Lists the sections of a prompt that can be left out, the longest first: paragraphs with their heading, items of a list, and
 * sentences. Sections are nested or apart. Headings stay with what follows, and code in fences stays whole.
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
        fences.every((fence) => !overlaps(fence, section) || isWithin(fence, section)),
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
  return lines + (/(?:^|\n[ \t]*\n)$/.test(lines) ? after.replace(/^\s*\n/, '') : after.replace(/^[ \t]*\n?/, ''));
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

/** Joins each paragraph with the heading before it. */
const joinHeadings = (prompt: string, paragraphs: readonly PromptSection[]): PromptSection[] =>
  paragraphs.map((paragraph, i) => {
    const heading = paragraphs[i - 1];
    return heading && HEADING.test(getText(prompt, heading)) ? { ...paragraph, start: heading.start } : paragraph;
  });

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
