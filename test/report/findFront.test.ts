import { expect, it } from '@jest/globals';
import { findFront, listLengths } from '../../report/findFront.ts';
import { describeShortening } from '../../report/describeShortening.ts';
import type { FinalOutcome, ShortenedPrompt } from '../../state/final.ts';

const shortened: ShortenedPrompt = {
  id: '0.1~2',
  prompt: 'two words',
  words: 2,
  wordsBefore: 4,
  tokens: 3,
  tokensBefore: 6,
  cuts: 1,
  tried: 2,
  difference: { mean: -0.05, low: -0.15, high: 0.05 },
  queries: ['a', 'b'],
  margin: 0.2,
};
const final: FinalOutcome = {
  queries: [],
  proof: [],
  candidates: [
    { id: '0', prompt: 'one', mean: 3, judged: 8 },
    { id: '0.1', prompt: 'one two three four', mean: 4, judged: 8, difference: 1 },
    { id: '0.2', prompt: 'one two three four five', mean: 4, judged: 2, difference: 0.9 },
    { id: '0.3', prompt: 'one two three', mean: null, judged: 0, difference: null },
  ],
  winner: '0.1',
  difference: null,
  challenger: '0.1',
  challengerDifference: null,
  chosenOn: [],
  byCriterion: {},
  byTag: {},
  notes: [],
  shortened,
};

it('the front holds the prompts than which none is as short and as good', () => {
  const rows = listLengths(final);
  expect(rows.map(({ id, words }) => [id, words])).toEqual([
    ['0', 1],
    ['0.1', 2],
    ['0.3', 3],
    ['0.1', 4],
    ['0.2', 5],
  ]);
  expect([...findFront(rows)].map(({ id, name }) => id + name)).toEqual(['0', '0.1 (shortened)', '0.1 (winner)']);
  expect(rows[1]?.difference).toBeCloseTo(0.95, 6);
});

it('what was saved is said with its loss and its interval', () => {
  expect(describeShortening({ ...shortened, difference: { mean: -0.004, low: 0, high: 0 } })).toContain(
    ': 0.00 points (0.00 to 0.00)',
  );
  expect(describeShortening(shortened)).toBe(
    'Shortened from 4 to 2 words, about 3 of 6 tokens less in each request: −0.05 points (−0.15 to +0.05) against the whole prompt on the 2 held-out queries that chose the cuts; the limit was a loss of 0.2.',
  );
});
