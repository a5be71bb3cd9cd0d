import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffTexts, countTextWords } from '../../report/client/diffTexts.ts';

const rebuild = (from: string, to: string, kind: 'removed' | 'added'): string =>
  diffTexts(from, to)
    .filter((s) => s.kind === 'same' || s.kind === kind)
    .map((s) => s.text)
    .join('');

it('no part of either text is lost', () => {
  const words = fc
    .array(fc.constantFrom('be', 'kind', 'and', 'clear', ',', '\n', '  ', 'é', '\ud800', '<b>'))
    .map((w) => w.join(' '));
  fc.assert(
    fc.property(fc.oneof(words, fc.string()), fc.oneof(words, fc.string()), (from, to) => {
      expect(rebuild(from, to, 'removed')).toBe(from);
      expect(rebuild(from, to, 'added')).toBe(to);
    }),
  );
});

it('it compares words, and merges changes with one or two words between them', () => {
  expect(diffTexts('You are a helpful assistant who answers.', 'You are a kind assistant who answers.')).toEqual([
    { kind: 'same', text: 'You are a ' },
    { kind: 'removed', text: 'helpful' },
    { kind: 'added', text: 'kind' },
    { kind: 'same', text: ' assistant who answers.' },
  ]);
  expect(diffTexts('one two three four five', '1 two 3 four five').slice(0, 2)).toEqual([
    { kind: 'removed', text: 'one two three' },
    { kind: 'added', text: '1 two 3' },
  ]);
});

it('texts that take too long to compare are shown whole', () => {
  const from = Array.from({ length: 30_000 }, (_, i) => `a${i}`).join(' ');
  const to = Array.from({ length: 30_000 }, (_, i) => `b${i}`).join(' ');
  expect(diffTexts(from, to).length).toBeGreaterThan(0);
  expect(rebuild(from, to, 'added')).toBe(to);
});

it('it counts words', () => {
  expect([countTextWords(''), countTextWords(' one  two\nthree ')]).toEqual([0, 3]);
});
