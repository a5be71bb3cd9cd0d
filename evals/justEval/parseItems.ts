/**
 * Parses the items of a JSON list, of an object that holds one list, or of JSON lines; the text decides, not the file's name.
 * @throws SyntaxError that says what was expected, and in which line
 */
export function parseItems(text: string): unknown[] {
  const content = text.replace(/^\uFEFF/, '').trim();
  if (content === '') throw new SyntaxError('expected a JSON list or JSON lines, got an empty file');
  const whole = tryParseJson(content);
  if (whole === undefined) return parseJsonLines(content);
  if (Array.isArray(whole)) return whole;
  const lists = isObject(whole) ? Object.values(whole).filter((v) => Array.isArray(v) && v.every(isObject)) : [];
  const [list] = lists;
  return lists.length === 1 && Array.isArray(list) && list.length > 0 ? list : [whole];
}

function parseJsonLines(text: string): unknown[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === '') return [];
    const value = tryParseJson(line);
    if (value === undefined)
      throw new SyntaxError(`expected a JSON list or JSON lines, got something else in line ${i + 1}`);
    return [value];
  });
}

function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
