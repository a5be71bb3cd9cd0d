/** Characters of any one section that are read. */
const MAX_SECTION_CHARS = 100_000;

/** The sections of a request, and the text before and after them. */
export interface RequestSections {
  /** The text before the first section or conversation, whatever sections are read. */
  head: string;
  parts: readonly string[];
  rest: string;
}

/**
 * Reads the sections with these labels (prompts/fence.ts), verbatim and in this order; '' if one is missing. Each search
 * starts after the section before, so that no text inside a section can pass for another.
 */
export function readSections(text: string, labels: readonly string[]): RequestSections {
  let from = 0;
  const parts = labels.map((label) => {
    const opening = new RegExp(`^<(${label}(?:-\\d+)?)>\\n`, 'gm');
    opening.lastIndex = from;
    const match = opening.exec(text);
    if (!match) return readHeadedSection(text.slice(from), label);
    const start = opening.lastIndex;
    const end = text.indexOf(`\n</${match[1] ?? label}>`, start - 1);
    from = end < 0 ? text.length : end + 1;
    return text.slice(start, Math.max(start, end < 0 ? text.length : end)).slice(0, MAX_SECTION_CHARS);
  });
  const first = text.search(/^<(?:conversation|query)(?:-\d+)?>$/m);
  return { head: text.slice(0, Math.max(0, first)), parts, rest: text.slice(from) };
}

/** Reads a section under a heading ("## Query"), as in the requests of just-eval. */
function readHeadedSection(text: string, label: string): string {
  const name = label === 'response' ? '(?:response|output|answer|candidate)' : label;
  return (
    new RegExp(`^#+ *${name}\\b[^\\n]*\\n([\\s\\S]*?)(?=^#+ |(?![\\s\\S]))`, 'im')
      .exec(text)?.[1]
      ?.trim()
      .slice(0, MAX_SECTION_CHARS) ?? ''
  );
}

/** The entries of the last JSON object that starts a line, which shows the form of the reply. Empty if there is none. */
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
