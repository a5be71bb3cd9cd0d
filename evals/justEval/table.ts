/** A table of texts; the first row heads it. */
export type TableRows = readonly (readonly string[])[];

/** For a terminal: columns aligned, the first to the left and the rest to the right; a row is a line. */
export function renderTextTable(given: TableRows): string {
  const rows = given.map((row) => row.map((cell) => maskControlCharacters(cell.replace(/\s+/g, ' '))));
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => measureWidth(row[i] ?? ''))));
  const pad = (cell: string, i: number): string => {
    const room = ' '.repeat(Math.max(0, (widths[i] ?? 0) - measureWidth(cell)));
    return i === 0 ? cell + room : room + cell;
  };
  const line = (row: readonly string[]): string => row.map(pad).join('  ').trimEnd();
  const [head = [], ...body] = rows;
  return [line(head), widths.map((w) => '─'.repeat(w)).join('──'), ...body.map(line)].join('\n');
}

/** Texts of data sets cannot steer the terminal, nor break a line. */
const maskControlCharacters = (cell: string): string => cell.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');

const measureWidth = (text: string): number => Array.from(text).length;

/** A text on one line of Markdown that stays what it is: no bar, link, picture, code, emphasis or HTML comes of it. */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/[\\`*[\]|~!]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/\s*[\n\r\v\f\u0085\u2028\u2029]\s*/g, ' ');

/** Markdown; nothing in a cell can break it. */
export function renderMarkdownTable(rows: TableRows): string {
  const line = (row: readonly string[]): string => `| ${row.map(escapeMarkdown).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(head.map((_, i) => (i ? '---:' : '---'))), ...body.map(line)].join('\n');
}

/** CSV (RFC 4180); a cell that a spreadsheet would run as a formula gets an apostrophe before it, numbers aside. */
export function renderCsvTable(rows: TableRows): string {
  return rows.map((row) => `${row.map(formatCsvCell).join(',')}\r\n`).join('');
}

function formatCsvCell(text: string): string {
  const number = /^[+-]?\d+(\.\d+)?$/.test(text);
  const safe = !number && /^\s*[=+\-@\t\r\n|＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A mean on a scale of 1 to 5, two digits behind the point; a dash where there is none. */
export const formatMeanPoints = (value: number | null | undefined): string => (value == null ? '–' : value.toFixed(2));

/** A difference with its sign, two digits behind the point. */
export const formatDifference = (value: number, digits = 2): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
