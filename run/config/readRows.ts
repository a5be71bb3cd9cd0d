import Papa from 'papaparse';
import { extname } from 'node:path';
import { getErrorMessage } from '../../state/failure.ts';
import { decodeFile, readText } from './decodeFile.ts';
import { FIELD_NAMES, normalizeName } from './queryFields.ts';
import { UserError } from './userError.ts';

/** An item of a data file: a text or an object, and its place as errors name it. */
export interface DataRow {
  value: unknown;
  place: string;
}

/** How a data file is read. */
export interface ReadRowsOptions {
  /** The config key or flag that named the file, for errors. Default: queries.files. */
  key?: string;
  /** Receives the name of a key beside a file's list of items, which nothing uses. */
  onUnused?: (name: string) => void;
}
type RowReader = (file: string, options: Required<ReadRowsOptions>) => AsyncIterable<DataRow>;

/** Reads the items of one kind of file. */
const READERS: Readonly<Record<string, RowReader>> = {
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
 * @throws UserError if the file is of another kind, cannot be read, or is broken; names the line
 */
export async function* readRows(
  file: string,
  { key = 'queries.files', onUnused = () => undefined }: ReadRowsOptions = {},
): AsyncGenerator<DataRow> {
  const read = READERS[extname(file).toLowerCase()];
  if (!read)
    throw new UserError(
      `${key}: expected a file that ends in ${DATA_FILE_KINDS.join(', ')}, got ${file}; convert it to one of these`,
    );
  for await (const { value, place } of read(file, { key, onUnused })) yield { value: unwrapRow(value, place), place };
}

/** Takes a row out of what Hugging Face's data set server puts around it. @throws UserError if the server cut its cells */
function unwrapRow(value: unknown, place: string): unknown {
  if (!isObject(value) || !Object.hasOwn(value, 'row_idx') || !isObject(Reflect.get(value, 'row'))) return value;
  const cut: unknown = Reflect.get(value, 'truncated_cells');
  if (Array.isArray(cut) && cut.length > 0)
    throw new UserError(
      `${place}: expected whole cells, got ${cut.join(', ')} cut by the server; take the data set’s own files`,
    );
  return Reflect.get(value, 'row');
}

/** A list, one item, an object that holds one list (`rows`, `data`), or JSON lines under another name. */
async function* readJsonRows(file: string, options: Required<ReadRowsOptions>): AsyncGenerator<DataRow> {
  const text = await readText(file, options.key);
  let items: readonly unknown[];
  try {
    items = listItems(JSON.parse(text), file, options.onUnused);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    if (lines.length < 2 || !isJson(lines[0] ?? '')) throw toSyntaxFault(file, error);
    yield* readJsonLines(file, options);
    return;
  }
  for (const [i, value] of items.entries()) yield { value, place: `${file}, item ${i + 1}` };
}

const LIST_KEYS = ['rows', 'data', 'queries', 'examples', 'items'];

/** What only an item has. */
const QUERY_KEYS = ['query', 'question', 'instruction', 'messages'];

/** The one list of objects or texts in an object, such as Hugging Face's `rows`; else the object is an item itself. */
function listItems(parsed: unknown, file: string, onUnused: (name: string) => void): readonly unknown[] {
  if (Array.isArray(parsed)) return parsed;
  if (!isObject(parsed) || QUERY_KEYS.some((key) => Object.hasOwn(parsed, key))) return [parsed];
  const lists = Object.entries(parsed).flatMap(([key, list]: [string, unknown]) =>
    LIST_KEYS.includes(key) && Array.isArray(list) ? [{ key, list: list as unknown[] }] : [],
  );
  const [first, second] = lists;
  if (first && second)
    throw new UserError(`${file}: expected one list of queries, got "${first.key}" and "${second.key}"; keep one`);
  if (!first && Object.values(parsed).some(isCollection) && Object.values(parsed).every((v) => !isText(v)))
    throw new UserError(
      `${file}: expected a list of queries, or an object with one in ${LIST_KEYS.join(', ')}, got an object with ${Object.keys(parsed).join(', ')}; take the list out of it`,
    );
  if (!first) return [parsed];
  for (const key of Object.keys(parsed)) if (key !== first.key) onUnused(key);
  return first.list;
}

async function* readJsonLines(file: string, { key }: Required<ReadRowsOptions>): AsyncGenerator<DataRow> {
  for await (const { value, place } of readLines(file, key)) {
    if (value.trim() === '') continue;
    if (/^\s*(?:\[|\{\s*$)/.test(value))
      throw new UserError(
        `${place}: expected a text or an object on each line, got a list or the first line of one; name the file .json`,
      );
    try {
      yield { value: JSON.parse(value), place };
    } catch (error) {
      throw toSyntaxFault(place, error);
    }
  }
}

/** Whether a line names the columns of a table: the query's, and others of a few words. */
function isTableHeader(line: string): boolean {
  const names = line.split(/[,;|\t]/).map((cell) => normalizeName(cell).replaceAll(/^"|"$/g, ''));
  return (
    names.every((name) => /^[\w -]{1,30}$/.test(name)) &&
    names.some((name) => FIELD_NAMES.query.some((known) => known === name))
  );
}

/** A query per line. A line that is JSON, the beginning of it, or a table's header is the sign of another kind of file. */
async function* readTextLines(file: string, { key }: Required<ReadRowsOptions>): AsyncGenerator<DataRow> {
  let isFirst = true;
  for await (const row of readLines(file, key)) {
    if (isFirst && isTableHeader(row.value))
      throw new UserError(
        `${row.place}: expected a query, got ${JSON.stringify(row.value)}, the header of a table; name the file .csv, or delete this line`,
      );
    isFirst &&= row.value.trim() === '';
    if (/^\s*[{[]\s*$/.test(row.value) || (/^\s*[{[]/.test(row.value) && isJson(row.value)))
      throw new UserError(
        `${row.place}: expected a query as text, got JSON; name the file .jsonl if it has JSON on each line, else .json`,
      );
    if (row.value.trim() !== '') yield row;
  }
}

/** A mark that files put together have in their midst. */
const MARK = /^\uFEFF/;

async function* readLines(file: string, key: string): AsyncGenerator<{ value: string; place: string }> {
  let [line, rest] = [0, ''];
  for await (const piece of decodeFile(file, key)) {
    // a return at the end of a piece may be the first half of a Windows line end
    const lines = (rest + piece).split(/\r\n|\n|\r(?=[^\n])/);
    rest = lines.pop() ?? '';
    for (const value of lines) yield { value: value.replace(MARK, ''), place: `${file}, line ${++line}` };
  }
  const value = rest.replace(/\r$/, '').replace(MARK, '');
  if (value !== '') yield { value, place: `${file}, line ${line + 1}` };
}

/** The rows of a table by the names of its header. Cells without text are left out. */
async function* readTableRows(file: string, { key }: Required<ReadRowsOptions>): AsyncGenerator<DataRow> {
  // one kind of line end, because the parser expects one; Excel's first line may name the separator
  const text = (await readText(file, key)).replaceAll(/\r\n?/g, '\n').replace(/^sep=.\n/, '');
  const delimiter = /\.tsv$/i.test(file) ? '\t' : '';
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: 'greedy' });
  const [header = [], ...rows] = data;
  const width = header.findLastIndex((name, at) => name.trim() !== '' || rows.some((cells) => isFilled(cells[at]))) + 1;
  const names = header.slice(0, width).map((name) => name.trim());
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new UserError(`${file}: expected a header with each name once, got "${twice}" twice`);
  const place = (row: number): string => `${file}, row ${row} after the header`;
  const [fault] = errors.filter(({ code }) => code !== 'UndetectableDelimiter');
  if (fault) throw toQuotesFault(place(fault.row ?? 0), fault.message);
  for (const [i, cells] of rows.entries()) {
    if (cells.length < width || cells.slice(width).some(isFilled))
      throw toQuotesFault(
        place(i + 1),
        `${cells.length} ${cells.length === 1 ? 'column' : 'columns'} where the header has ${width}`,
      );
    if (names.every((name, at) => cells[at]?.replace(MARK, '').trim() === name))
      throw new UserError(`${place(i + 1)}: expected a row, got the header once more; delete this row`);
    const filled = names.flatMap((name, at) => (isFilled(cells[at]) ? [[name, cells[at]] as const] : []));
    yield { value: Object.fromEntries(filled), place: place(i + 1) };
  }
}

const isFilled = (cell: string | undefined): boolean => cell !== undefined && cell.trim() !== '';

const toQuotesFault = (place: string, found: string): UserError =>
  new UserError(
    `${place}: expected a table, got ${found}; put a text that holds a separator or quotation marks into quotation marks`,
  );

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

const toSyntaxFault = (place: string, error: unknown): UserError =>
  new UserError(`${place}: expected JSON, got something else: ${getErrorMessage(error)}`);

const isText = (value: unknown): boolean => typeof value === 'string';
const isCollection = (value: unknown): boolean => typeof value === 'object' && value !== null;

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
