/** Characters of any one section that are read. */
const MAX_SECTION_CHARS = 100_000;

/** The sections of a request, and the request's own words after them. */
export interface RequestSections {
  parts: readonly string[];
  rest: string;
}

/**
 * The sections set apart under these labels (prompts/fence.ts), in this order: verbatim, '' where there is none. A later
 * section is looked for after the end of the one before, so that nothing inside a text can pass for a section.
 */
export function readSections(text: string, labels: readonly string[]): RequestSections {
  let from = 0;
  const parts = labels.map((label) => {
    const opening = new RegExp(`^<(${label}(?:-\\d+)?)>\\n`, 'gm');
    opening.lastIndex = from;
    const found = opening.exec(text);
    if (!found) return readHeadedSection(text.slice(from), label);
    const start = opening.lastIndex;
    const end = text.indexOf(`\n</${found[1] ?? label}>`, start - 1);
    from = end < 0 ? text.length : end + 1;
    return text.slice(start, Math.max(start, end < 0 ? text.length : end)).slice(0, MAX_SECTION_CHARS);
  });
  return { parts, rest: text.slice(from) };
}

/** The same under a heading ("## Query"), as just-eval's judge is asked. */
function readHeadedSection(text: string, label: string): string {
  const name = label === 'response' ? '(?:response|output|answer|candidate)' : label;
  return (
    new RegExp(`^#+ *${name}\\b[^\\n]*\\n([\\s\\S]*?)(?=^#+ |(?![\\s\\S]))`, 'im')
      .exec(text)?.[1]
      ?.trim()
      .slice(0, MAX_SECTION_CHARS) ?? ''
  );
}

/** The form of reply asked for: the last JSON object in the text that starts a line; empty where there is none. */
export function parseLastObject(text: string): [string, unknown][] {
  const at = text.lastIndexOf('\n{');
  const end = text.lastIndexOf('}');
  if (at < 0 || end < at) return [];
  try {
    const value: unknown = JSON.parse(text.slice(at, end + 1));
    return typeof value === 'object' && value !== null ? Object.entries(value) : [];
  } catch {
    return [];
  }
}
