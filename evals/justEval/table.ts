/** A table of texts; the first row holds the headings. */
export type TableRows = readonly (readonly string[])[];

/** Renders a table for a terminal: a line per row, the first column aligned left and the others right. */
export function renderTextTable(table: TableRows): string {
  const rows = table.map((row) => row.map((cell) => maskControlCharacters(cell.replace(/\s+/g, ' '))));
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => measureWidth(row[i] ?? ''))));
  const pad = (cell: string, i: number): string => {
    const room = ' '.repeat(Math.max(0, (widths[i] ?? 0) - measureWidth(cell)));
    return i === 0 ? cell + room : room + cell;
  };
  const line = (row: readonly string[]): string => row.map(pad).join('  ').trimEnd();
  const [head = [], ...body] = rows;
  return [line(head), widths.map((w) => '─'.repeat(w)).join('──'), ...body.map(line)].join('\n');
}

/** Replaces the characters with which a data set's text could steer the terminal or break a line. */
const maskControlCharacters = (cell: string): string => cell.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');

const measureWidth = (text: string): number => Array.from(text).length;

/** Escapes a text for one line of Markdown, so that it makes no bar, link, picture, code, emphasis or HTML. */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/[\\`*[\]|~!]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/\s*[\n\r\v\f\u0085\u2028\u2029]\s*/g, ' ');

/** Renders a table as Markdown; cells are escaped. */
export function renderMarkdownTable(rows: TableRows): string {
  const line = (row: readonly string[]): string => `| ${row.map(escapeMarkdown).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(head.map((_, i) => (i ? '---:' : '---'))), ...body.map(line)].join('\n');
}

/** Renders a table as CSV (RFC 4180). A cell that a spreadsheet would run as a formula starts with an apostrophe, unless it is a number. */
export function renderCsvTable(rows: TableRows): string {
  return rows.map((row) => `${row.map(formatCsvCell).join(',')}\r\n`).join('');
}

function formatCsvCell(text: string): string {
  const isNumber = /^[+-]?\d+(\.\d+)?$/.test(text);
  const safe = !isNumber && /^\s*[=+\-@\t\r\n|＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Formats a mean of 1 to 5 points with two decimals; a dash if there is none. */
export const formatMeanPoints = (value: number | null | undefined): string => (value == null ? '–' : value.toFixed(2));

/** Formats a difference with its sign, by default with two decimals. */
export const formatDifference = (value: number, digits = 2): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
