import { expect, it } from '@jest/globals';
import { findProseFaults, splitSentences } from '../../scripts/checkProse.ts';

const makeSentence = (words: number): string => `${Array.from({ length: words }, () => 'word').join(' ')}.`;

it('sentences end at a full stop, a colon, an empty line and a list mark', () => {
  expect(
    splitSentences('One two three. Four five\nsix: seven eight nine\n\nTen eleven twelve\n- thirteen or so it is'),
  ).toEqual(['One two three.', 'Four five six:', 'seven eight nine', 'Ten eleven twelve', 'thirteen or so it is']);
});

it('code blocks, tables, headings and HTML comments are no sentences', () => {
  expect(
    splitSentences(
      '# A long heading here\n\n```sh\nrun this now please\n```\n\n| a cell with words |\n<!-- not this one -->',
    ),
  ).toEqual([]);
});

it('a sentence of 35 words passes and one of 36 is named', () => {
  expect(findProseFaults([makeSentence(35), makeSentence(5)])).toEqual([]);
  expect(findProseFaults([makeSentence(36), makeSentence(4)])).toEqual([
    `36 words, expected at most 35: "${makeSentence(36)}"`,
  ]);
});

it('a page whose sentences have more than 20 words on average is named', () => {
  expect(findProseFaults([makeSentence(20), makeSentence(20)])).toEqual([]);
  expect(findProseFaults([makeSentence(21), makeSentence(20)])).toEqual([
    'mean of 20.5 words a sentence, expected at most 20',
  ]);
});
