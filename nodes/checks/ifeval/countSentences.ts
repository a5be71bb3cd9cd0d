/** Words before a full stop that do not end a sentence. */
const ABBREVIATIONS = new Set(
  `mr mrs ms dr prof st jr sr inc ltd co corp vs e.g i.e etc a.m p.m u.s u.k no fig vol al dept est gen gov hon rev sen rep lt col
  capt sgt jan feb mar apr jun jul aug sep sept oct nov dec mt ft`.split(/\s+/),
);

/** A mark that can end a sentence, what closes after it, and white space or the end of the text. */
const ENDS = /([.?!]+)["'”’)\]*_]*(?=\s|$)/gu;

/**
 * Counts the sentences of a text. A sentence ends at a full stop, a question mark or an exclamation mark before white space; an
 * abbreviation, an initial or dots before a small letter end none. A line without such a mark continues in the next one.
 */
export function countSentences(text: string): number {
  let [count, start] = [0, 0];
  for (const { 0: whole, 1: mark = '', index } of text.matchAll(ENDS)) {
    const end = index + whole.length;
    const next = /\S/u.exec(text.slice(end))?.[0] ?? '';
    if (next !== '' && mark.endsWith('.') && !isEnd(text.slice(start, index), mark, next)) continue;
    if (text.slice(start, end).trim() !== '') count++;
    start = end;
  }
  return count + Number(text.slice(start).trim() !== '');
}

function isEnd(before: string, mark: string, next: string): boolean {
  if (/\p{Ll}/u.test(next) && mark.length > 1) return false;
  const word = (/\S+$/u.exec(before)?.[0] ?? '').replace(/^["'“‘([*_]+/u, '');
  if (/^\p{Lu}$/u.test(word)) return false;
  return (
    !ABBREVIATIONS.has(word.toLowerCase()) || (word.includes('.') && /\p{Lu}/u.test(next) && !/^[ei]\./i.test(word))
  );
}
