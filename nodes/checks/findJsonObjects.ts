/** So long may an object within a text be, in characters. */
const MAX_OBJECT_LENGTH = 100_000;

/** Where the object that begins at a brace ends: after the brace that closes it, or where the text ends. */
function findEnd(text: string, start: number): { end: number; open: number } {
  const last = Math.min(text.length, start + MAX_OBJECT_LENGTH);
  let open = 1;
  let end = start + 1;
  for (; end < last && open > 0; end++) open += text[end] === '{' ? 1 : text[end] === '}' ? -1 : 0;
  return { end, open };
}

/**
 * Finds the JSON objects within a text, from left to right; none is within another. "relaxed" also takes what YAML reads as a
 * mapping in braces: names without quotation marks, comments, and an object that the end of the text cuts off.
 */
export async function findJsonObjects(text: string, form: 'json' | 'relaxed'): Promise<object[]> {
  const parse = form === 'json' ? (part: string): unknown => JSON.parse(part) : await loadRelaxedParser();
  const objects: object[] = [];
  for (let at = text.indexOf('{'); at >= 0;) {
    const { end, open } = findEnd(text, at);
    const closing = form === 'relaxed' ? '}'.repeat(open) : '';
    const object = parseObject(text.slice(at, end) + closing, parse);
    if (object) objects.push(object);
    at = text.indexOf('{', object ? end : at + 1);
  }
  return objects;
}

function parseObject(part: string, parse: (part: string) => unknown): object | null {
  try {
    const parsed = parse(part);
    return typeof parsed === 'object' ? parsed : null;
  } catch {
    return null;
  }
}

/** The parser's modules are loaded only when a check needs them. */
async function loadRelaxedParser(): Promise<(part: string) => unknown> {
  const { parse } = await import('yaml');
  return (part) =>
    parse(part.replaceAll(/(^|[\s,{[])\/\/.*$/gm, '$1'), { uniqueKeys: false, logLevel: 'silent' }) as unknown;
}
