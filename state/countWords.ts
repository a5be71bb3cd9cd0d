/** Counts the words of a text, which spaces part. */
export const countWords = (text: string): number => text.match(/\S+/g)?.length ?? 0;
