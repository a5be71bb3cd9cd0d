import { countSpacedWords } from '../../state/countSpacedWords.ts';

/** Sentences that fit any answer and add nothing to it. */
const FILLER_SENTENCES = [
  'This is a matter that has been talked about before, and it will be talked about again.',
  'Much may be said of it, and some of it has been said.',
  'It stands as it stands, and one comes back to it now and then.',
  'What follows is what follows, no more and no less.',
  'There are matters of this kind, and this is one of them.',
  'It is what was asked, and so it is what is spoken of at this point.',
  'Having come this far, we have come as far as this.',
  'With that in mind, that is what one may have in mind.',
  'So it goes with things like these, as it does with other things.',
  'At this point the text goes on, as texts do.',
  'All of this is part of the whole, and the whole is all of this.',
  'And as before, it remains the same as it was before.',
] as const;

/** Words of filler, at least. */
const MIN_FILLER_WORDS = 40;
/** Words of filler as a share of the response's words. */
const FILLER_SHARE = 0.6;

/** Makes a response longer with filler: by 60 % of its words, and by at least 40. Its beginning and end stay. */
export function padResponse(response: string): string {
  const filler = writeFiller(Math.max(MIN_FILLER_WORDS, FILLER_SHARE * countSpacedWords(response)));
  const index = findFillerIndex(response);
  if (index === 0) return `${filler}\n\n${response}`;
  const [start, end] = [response.slice(0, index), response.slice(index)];
  return end.startsWith('\n\n') ? `${start}\n\n${filler}${end}` : `${start} ${filler} ${end.replace(/^ /, '')}`;
}

/** Whole sentences with at least so many words. */
function writeFiller(words: number): string {
  const sentences: string[] = [];
  while (countSpacedWords(sentences.join(' ')) < words)
    sentences.push(FILLER_SENTENCES[sentences.length % FILLER_SENTENCES.length] ?? '');
  return sentences.join(' ');
}

/** The index before the last paragraph, else before the last sentence, outside code blocks; 0 if there is only one sentence. */
function findFillerIndex(response: string): number {
  const text = response.trimEnd();
  const gaps = [...text.matchAll(/\n\n/g), ...text.matchAll(/(?<=[.!?]) (?=\S)/g)].map(({ index }) => index);
  const outsideCode = gaps.filter((index) => text.slice(0, index).split('```').length % 2 === 1);
  const lastParagraph = outsideCode.findLast((index) => text.startsWith('\n\n', index));
  return lastParagraph ?? outsideCode.at(-1) ?? 0;
}
