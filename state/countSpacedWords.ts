/** Counts the words of a text, which spaces part. */
export const countSpacedWords = (text: string): number => text.match(/\S+/g)?.length ?? 0;
