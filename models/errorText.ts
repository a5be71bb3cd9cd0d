import { listCauses, toRecord, toText, type ErrorFields } from './errorFields.ts';

/** Fields of an error under which servers repeat what they were sent. */
const ECHO_FIELDS = new Set(['input', 'request', 'messages', 'prompt', 'headers', 'request_headers', 'payload']);
const MAX_DEPTH = 8;

/** Whether an object is a request that a server repeats. */
const isEcho = ({ messages, ...value }: ErrorFields): boolean =>
  (Array.isArray(messages) ? messages.length > 0 : messages !== undefined) || ('model' in value && 'prompt' in value);

/** The objects of an error's body, the body itself first. Objects in texts count too; requests that the server repeats do not. */
export function listErrorObjects(error: unknown): ErrorFields[] {
  return listCauses(error).flatMap((cause) => listObjects([cause['error'], readMessage(cause)]));
}

/** All words of an error and of its body, without a request that the server repeats. `sent`: longer texts of the request. */
export function readErrorText(error: unknown, sent: readonly string[] = []): string {
  const words = listCauses(error).flatMap((cause) =>
    ['message', 'detail', 'code', 'error'].flatMap((key) =>
      collectTexts(key === 'message' ? readMessage(cause) : cause[key]),
    ),
  );
  const echoes = sent.filter((text) => text.length >= 20).flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
  return echoes.reduce((text, echo) => text.replaceAll(echo, ' '), [...new Set(words)].join(' '));
}

const readMessage = (cause: ErrorFields): string =>
  toText(cause['message'])
    .replace(/^\d{3} /, '')
    .split('Troubleshooting URL:')[0] ?? '';

function listObjects(value: unknown, depth = 0): ErrorFields[] {
  if (depth > MAX_DEPTH) return [];
  if (typeof value === 'string') return listObjects(parseJson(value), depth + 1);
  if (Array.isArray(value)) return value.flatMap((item) => listObjects(item, depth + 1));
  const record = toRecord(value);
  if (!record || isEcho(record)) return [];
  const inner = Object.entries(record).flatMap(([key, field]) =>
    ECHO_FIELDS.has(key) ? [] : listObjects(field, depth + 1),
  );
  return [record, ...inner];
}

function collectTexts(value: unknown, depth = 0): string[] {
  if (depth > MAX_DEPTH) return [];
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  if (typeof value === 'string' && toRecord(parsed) === undefined) return [removeEchoes(value)];
  if (Array.isArray(parsed)) return parsed.flatMap((item) => collectTexts(item, depth + 1));
  const record = toRecord(parsed);
  if (!record || isEcho(record)) return [];
  return Object.entries(record).flatMap(([key, field]) => {
    if (ECHO_FIELDS.has(key) || key === 'loc') return [];
    const texts = collectTexts(field, depth + 1);
    return typeof field === 'string' || Array.isArray(field) ? texts.map((text) => `${key}: ${text}`) : texts;
  });
}

/** A text without the request in it, as JSON or as named arguments. */
function removeEchoes(text: string): string {
  const marker = /['"]?\b(messages|prompt)['"]?\s*[=:]\s*['"[]/.exec(text);
  if (!marker) return text;
  const start = text.lastIndexOf('{', marker.index);
  if (start >= 0 && findEnd(text, start) > marker.index)
    return `${text.slice(0, start)} ${removeEchoes(text.slice(findEnd(text, start)))}`;
  const end = findEnd(text, marker.index + marker[0].length - 1);
  const around = `${text.slice(0, marker.index)} ${removeEchoes(text.slice(end))}`;
  return around.replace(/\b\w+=('[^']*'|"[^"]*"|[^\s,;)]+)/g, ' ');
}

/** The place after the bracket or quote that begins at `start` is closed; the end of the text if it never is. */
function findEnd(text: string, start: number): number {
  const closers: string[] = [];
  for (let i = start; i < text.length; i++) {
    const char = text.charAt(i);
    const quote = closers.at(-1);
    if (char === '\\') i += 1;
    else if (quote === '"' || quote === "'") {
      if (char === quote) closers.pop();
    } else if (char === '"' || (char === "'" && !/\w/.test(text.charAt(i - 1)))) closers.push(char);
    else if (char === '{') closers.push('}');
    else if (char === '[') closers.push(']');
    else if (char === quote) closers.pop();
    if (closers.length === 0) return i + 1;
  }
  return text.length;
}

function parseJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
