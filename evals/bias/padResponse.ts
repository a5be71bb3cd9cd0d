/** Sentences of our own that fit any answer and add nothing to it. */
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

/** Words added at least, and as a share of the response's own. */
const MIN_FILLER_WORDS = 40;
const FILLER_SHARE = 0.6;

/** A response made longer by words that say nothing: by six tenths, by 40 words at least. Its beginning and its end stay. */
export function padResponse(response: string): string {
  const wanted = Math.max(MIN_FILLER_WORDS, FILLER_SHARE * countWords(response));
  let filler = '';
  for (let i = 0; countWords(filler) < wanted; i++)
    filler += `${filler ? ' ' : ''}${FILLER_SENTENCES[i % FILLER_SENTENCES.length]}`;
  const at = findFillerIndex(response);
  const [gap, before, after] = response.slice(at).startsWith('\n\n') ? ['\n\n', '', ''] : ['', ' ', ' '];
  if (at === 0) return `${filler}\n\n${response}`;
  return `${response.slice(0, at)}${gap}${before}${filler}${gap ? '' : after}${response.slice(at).replace(/^ /, '')}`;
}

/** Before the last paragraph, else before the last sentence; not in the midst of a code block; 0 where there is but one sentence. */
function findFillerIndex(response: string): number {
  const text = response.trimEnd();
  const places = [...text.matchAll(/\n\n/g), ...text.matchAll(/(?<=[.!?]) (?=\S)/g)].map((m) => m.index);
  const free = places.filter((at) => text.slice(0, at).split('```').length % 2 === 1);
  const paragraph = free.findLast((at) => text.startsWith('\n\n', at));
  return paragraph ?? free.at(-1) ?? 0;
}

const countWords = (text: string): number => (text.trim() === '' ? 0 : text.trim().split(/\s+/).length);
