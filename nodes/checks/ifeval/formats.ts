import type { IfevalKwargs } from '../../../state/ifevalInstruction.ts';
import { countMatches, removeEnds, removeSpace, toPattern } from './pythonText.ts';

/** Whether the response has so many placeholders in square brackets. */
export const hasPlaceholders = (
  response: string,
  { num_placeholders: wanted }: IfevalKwargs<'detectable_content:number_placeholders'>,
): boolean => countMatches(response, String.raw`\[.*?\]`) >= wanted;

const POSTSCRIPTS: Readonly<Record<string, string>> = {
  'P.P.S': String.raw`p\.\s?p\.\s?s`,
  'P.S.': String.raw`p\.\s?s\.`,
};

/** Whether the response has a postscript with this mark. */
export function hasPostscript(
  response: string,
  { postscript_marker: marker }: IfevalKwargs<'detectable_content:postscript'>,
): boolean {
  const mark = removeSpace(marker);
  return toPattern(POSTSCRIPTS[mark] ?? mark.toLowerCase()).test(response.toLowerCase());
}

/** Whether the response has exactly so many points of lists, with a star or a hyphen. */
export const hasBullets = (
  response: string,
  { num_bullets: wanted }: IfevalKwargs<'detectable_format:number_bullet_lists'>,
): boolean =>
  countMatches(response, String.raw`(?<![^\n])\s*\*[^*].*`) + countMatches(response, String.raw`(?<![^\n])\s*-.*`) ===
  wanted;

const ANSWERS = ['My answer is yes.', 'My answer is no.', 'My answer is maybe.'];

/** Whether the response holds one of the three answers that are allowed. */
export const hasAllowedAnswer = (response: string): boolean => ANSWERS.some((answer) => response.includes(answer));

/** Whether the response has so many passages between stars; one between double stars counts as well. */
export function hasHighlights(
  response: string,
  { num_highlights: wanted }: IfevalKwargs<'detectable_format:number_highlighted_sections'>,
): boolean {
  const single = response.match(/\*[^\n*]*\*/g) ?? [];
  const double = response.match(/\*\*[^\n*]*\*\*/g) ?? [];
  const filled = [...single.map((part) => removeEnds(part, '*')), ...double.map((part) => part.slice(2, -2))];
  return filled.filter((part) => removeSpace(part) !== '').length >= wanted;
}

/** Whether the response has so many numbered sections. */
export const hasSections = (
  response: string,
  { section_spliter: splitter, num_sections: wanted }: IfevalKwargs<'detectable_format:multiple_sections'>,
): boolean => countMatches(response, String.raw`\s?${removeSpace(splitter)}\s?\d+\s?`) >= wanted;

/** Whether the response is JSON, in a code fence or not. */
export function isJsonText(response: string): boolean {
  let text = removeSpace(response);
  for (const fence of ['```json', '```Json', '```JSON', '```'])
    if (text.startsWith(fence)) text = text.slice(fence.length);
  if (text.endsWith('```')) text = text.slice(0, -3);
  // Python's reader also takes the numbers that JSON has not
  const plain = text.replaceAll(/"(?:\\.|[^"\\])*"|-?\bInfinity\b|\bNaN\b/gs, (part) =>
    part.startsWith('"') ? part : '0',
  );
  try {
    JSON.parse(removeSpace(plain));
    return true;
  } catch {
    return false;
  }
}

/** Whether the response has a title in double angle brackets. */
export const hasTitle = (response: string): boolean =>
  (response.match(/<<[^\n]+>>/g) ?? []).some(
    (title) => removeSpace(removeEnds(removeEnds(title, '<', 'start'), '>', 'end')) !== '',
  );
