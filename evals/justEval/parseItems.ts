/**
 * The items of a JSON list, of an object that holds one, or of JSON lines (told by the text, not by the file's name).
 * @throws SyntaxError that says what was expected and where it broke
 */
export function parseItems(text: string): unknown[] {
  const bare = text.replace(/^\uFEFF/, '').trim();
  if (bare === '') throw new SyntaxError('expected a JSON list or JSON lines, got an empty file');
  const whole = tryParseJson(bare);
  if (whole === undefined) return parseJsonLines(bare);
  if (Array.isArray(whole)) return whole;
  const lists = isObject(whole) ? Object.values(whole).filter((v) => Array.isArray(v) && v.every(isObject)) : [];
  const [only] = lists;
  return lists.length === 1 && Array.isArray(only) && only.length > 0 ? only : [whole];
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
