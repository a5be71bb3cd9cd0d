const SECTION = /<keep>([\s\S]*?)<\/keep>/g;

/** Lists the sections of a prompt that begin with <keep> and end with </keep>, with these tags. */
export const listKeptSections = (prompt: string): string[] => [...prompt.matchAll(SECTION)].map(([section]) => section);

/** Lists the passages that a prompt has between <keep> and </keep>. */
export const listKeptPassages = (prompt: string): string[] =>
  [...prompt.matchAll(SECTION)].map(([, text = '']) => text.trim()).filter((text) => text !== '');

/** Removes the tags around kept passages, which only the optimizer sees. */
export const removeKeepTags = (prompt: string): string => prompt.replaceAll(/<\/?keep>/g, '');

/** Puts tags around each kept passage of a prompt, once each. */
export const markKept = (prompt: string, kept: readonly string[]): string =>
  kept.reduce((text, passage) => text.replace(passage, () => `<keep>${passage}</keep>`), prompt);
