import { crc32 } from 'node:zlib';

/** Adds a checksum of a row's columns to one of them. */
export const addRowChecksum = (column: string, columns: readonly RowValue[]): string =>
  `${column}#${computeRowChecksum(column, columns)}`;

/** The column without its checksum; null if the row is damaged. A row of an earlier version has none. */
export function removeRowChecksum(marked: string, columns: readonly RowValue[]): string | null {
  const [column = '', checksum, ...rest] = marked.split('#');
  if (checksum === undefined) return marked;
  return rest.length === 0 && checksum === computeRowChecksum(column, columns) ? column : null;
}

type RowValue = string | number | Uint8Array | null;

function computeRowChecksum(column: string, columns: readonly RowValue[]): string {
  let sum = crc32(column);
  for (const value of columns) sum = crc32(value instanceof Uint8Array ? value : `\0${value}`, sum);
  return sum.toString(16);
}
