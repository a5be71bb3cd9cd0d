import Papa from 'papaparse';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { getErrorMessage } from '../../state/failure.ts';
import { decodeFile, readText } from './decodeFile.ts';
import { UserError } from './userError.ts';

/** An item of a data file: a text or an object, and its place as errors name it. */
export interface DataRow {
  value: unknown;
  place: string;
}

/** Reads the items of one kind of file; `key` names it in errors. */
const READERS: Readonly<Record<string, (file: string, key: string) => AsyncIterable<DataRow>>> = {
  '.json': readJsonRows,
  '.jsonl': readJsonLines,
  '.ndjson': readJsonLines,
  '.csv': readTableRows,
  '.tsv': readTableRows,
  '.txt': readTextLines,
};

/** The endings of data files, for errors and help. */
export const DATA_FILE_KINDS: readonly string[] = Object.keys(READERS);

/**
 * Reads a data file's items: JSON, JSON lines, a table with a header (CSV, TSV), or a text with an item per line.
 * Texts and JSON lines are read piece by piece, so that only one item is in memory.
 * @param key the config key or flag that named the file, for errors
 * @throws UserError if the file is of another kind, cannot be read, or is broken; names the line
 */
export async function* readRows(file: string, key = 'queries.files'): AsyncGenerator<DataRow> {
  const read = READERS[extname(file).toLowerCase()];
  if (!read)
    throw new UserError(
      `${key}: expected a file that ends in ${DATA_FILE_KINDS.join(', ')}, got ${file}; convert it to one of these`,
    );
  for await (const row of read(file, key)) yield isWrapped(row.value) ? { ...row, value: row.value.row } : row;
}

/** A row as Hugging Face's data set server wraps it. */
const isWrapped = (value: unknown): value is { row: object } =>
  isObject(value) && Object.hasOwn(value, 'row_idx') && isObject(Reflect.get(value, 'row'));

/** A list, one item, an object that holds one list (`rows`, `data`), or JSON lines under another name. */
async function* readJsonRows(file: string, key: string): AsyncGenerator<DataRow> {
  const text = await readText(file, key);
  let items: readonly unknown[];
  try {
    items = listItems(JSON.parse(text));
  } catch (error) {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    if (lines.length < 2 || !isJson(lines[0] ?? '')) throw toSyntaxFault(file, error);
    yield* readJsonLines(file, key);
    return;
  }
  for (const [i, value] of items.entries()) yield { value, place: `${file}, item ${i + 1}` };
}

/** The one list of objects or texts in an object, such as Hugging Face's `rows`; else the object is an item itself. */
function listItems(parsed: unknown): readonly unknown[] {
  if (Array.isArray(parsed)) return parsed;
  if (!isObject(parsed)) return [parsed];
  for (const key of ['rows', 'data', 'queries', 'examples', 'items']) {
    const list: unknown = Object.hasOwn(parsed, key) ? Reflect.get(parsed, key) : undefined;
    if (Array.isArray(list)) return list;
  }
  return [parsed];
}

async function* readJsonLines(file: string, key: string): AsyncGenerator<DataRow> {
  for await (const { value, place } of readLines(file, key)) {
    if (value.trim() === '') continue;
    try {
      yield { value: JSON.parse(value), place };
    } catch (error) {
      throw toSyntaxFault(place, error);
    }
  }
}

/** A query per line. A line that is a JSON object is the sign of another kind of file. */
async function* readTextLines(file: string, key: string): AsyncGenerator<DataRow> {
  for await (const row of readLines(file, key)) {
    if (/^\s*[{[]/.test(row.value) && isJson(row.value))
      throw new UserError(
        `${row.place}: expected a query as text, got JSON; name the file .jsonl if it has JSON on each line`,
      );
    if (row.value.trim() !== '') yield row;
  }
}

async function* readLines(file: string, key: string): AsyncGenerator<{ value: string; place: string }> {
  let line = 0;
  const input = Readable.from(decodeFile(file, key));
  for await (const value of createInterface({ input, crlfDelay: Infinity }))
    yield { value, place: `${file}, line ${++line}` };
}

/** The rows of a table by the names of its header. Cells without text are left out. */
async function* readTableRows(file: string, key: string): AsyncGenerator<DataRow> {
  const text = (await readText(file, key)).replace(/^sep=.\r?\n/, ''); // Excel's first line
  const delimiter = /\.tsv$/i.test(file) ? '\t' : '';
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: 'greedy' });
  const [header = [], ...rows] = data;
  const names = header.map((name) => name.trim());
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new UserError(`${file}: expected a header with each name once, got "${twice}" twice`);
  const place = (row: number): string => `${file}, row ${row} after the header`;
  const [fault] = errors.filter(({ code }) => code !== 'UndetectableDelimiter');
  if (fault) throw toQuotesFault(place(fault.row ?? 0), fault.message);
  for (const [i, cells] of rows.entries()) {
    if (cells.length !== names.length)
      throw toQuotesFault(place(i + 1), `${cells.length} columns where the header has ${names.length}`);
    const filled = cells.flatMap((cell, at) => (cell.trim() === '' ? [] : [[names[at] ?? '', cell] as const]));
    yield { value: Object.fromEntries(filled), place: place(i + 1) };
  }
}

const toQuotesFault = (place: string, found: string): UserError =>
  new UserError(
    `${place}: expected a table, got ${found}; put a text that holds a separator or quotation marks into quotation marks`,
  );

function isJson(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}

const toSyntaxFault = (place: string, error: unknown): UserError =>
  new UserError(`${place}: expected JSON, got something else: ${getErrorMessage(error)}`);

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
