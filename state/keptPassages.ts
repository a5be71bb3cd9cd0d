const SECTION = /<keep>([\s\S]*?)<\/keep>/g;

/** Lists the sections of a prompt that begin with <keep> and end with </keep>, with these tags. */
export const listKeptSections = (prompt: string): string[] => [...prompt.matchAll(SECTION)].map(([section]) => section);

/** Lists the passages that a prompt has between <keep> and </keep>. */
export const listKeptPassages = (prompt: string): string[] =>
  [...prompt.matchAll(SECTION)].map(([, text = '']) => text.trim()).filter((text) => text !== '');

/** Removes the tags around kept passages, which only the optimizer sees. */
export const removeKeepTags = (prompt: string): string => prompt.replaceAll(/<\/?keep>/g, '');

/** Puts tags around each kept passage of a prompt, once each. Passages that overlap or touch are marked as one. */
export function markKept(prompt: string, kept: readonly string[]): string {
  const found = kept.filter((passage) => passage !== '' && prompt.includes(passage));
  const ranges = found.map((passage) => [prompt.indexOf(passage), prompt.indexOf(passage) + passage.length] as const);
  const joined: [start: number, end: number][] = [];
  for (const [start, end] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined.reduceRight(
    (text, [start, end]) => `${text.slice(0, start)}<keep>${text.slice(start, end)}</keep>${text.slice(end)}`,
    prompt,
  );
}
