/** The fields of an error, whichever client threw it. */
export type ErrorFields = Record<string, unknown>;

/** The fields of an error and of its causes, at most five. */
export function listCauses(error: unknown): ErrorFields[] {
  const chain: ErrorFields[] = [];
  for (let e = toRecord(error); e && chain.length < 5; e = toRecord(e['cause'])) chain.push(e);
  return chain.length ? chain : [{ message: String(error) }];
}

/** A field as a text; empty if it is neither a text nor a number. */
export const toText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** A field as an object; undefined if it is none. */
export const toRecord = (value: unknown): ErrorFields | undefined => (isRecord(value) ? value : undefined);

const isRecord = (value: unknown): value is ErrorFields => typeof value === 'object' && value !== null;

/** The HTTP status of an error, under the name that its client has for it. */
export function readStatus(error: ErrorFields): number | undefined {
  const nested = [toRecord(error['response']), toRecord(error['$metadata'])];
  const values = [error, ...nested].flatMap((e) => STATUS_NAMES.map((name) => e?.[name]));
  return values.find((value) => typeof value === 'number');
}

const STATUS_NAMES = ['status', 'statusCode', 'status_code', 'httpStatusCode'];
