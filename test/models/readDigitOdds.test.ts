import { describe, expect, it } from '@jest/globals';
import { readDigitOdds } from '../../models/readDigitOdds.ts';

const top = (odds: Record<string, number>) =>
  Object.entries(odds).map(([token, p]) => ({ token, logprob: Math.log(p) }));
const place = (token: string, odds: Record<string, number> = {}) => ({ token, top_logprobs: top(odds) });

describe('the odds of digits', () => {
  it('are read at each digit, over all spellings of a score', () => {
    const content = [
      place('4', { '4': 0.5, '5': 0.3, ' 5': 0.1, The: 0.1 }),
      place(' ', { ' ': 1 }),
      place(' 2', { ' 2': 0.75, '3': 0.25 }),
    ];
    expect(readDigitOdds('4  2', { content })).toEqual([
      { at: 0, odds: [0, 0, 0, 0.5, 0.4] },
      { at: 3, odds: [0, 0.75, 0.25, 0, 0] },
    ]);
  });

  it('stand at the places of the text, though thoughts came before it and spaces were cut off', () => {
    const content = [place('Is it 3', {}), place('?</think>', {}), place('\n\n'), place('5', { '5': 0.9, '4': 0.1 })];
    expect(readDigitOdds('5', { content }).map(({ at }) => at)).toEqual([0]);
  });

  it.each([
    ['no logprobs', undefined],
    ['null', null],
    ['the tokens of another text', { content: [place('9 of 10', { '9': 1 })] }],
    ['the token alone, without others', { content: [place('4', { '4': 1 })] }],
    ['the old form', { tokens: ['4'], token_logprobs: [-0.1] }],
    ['a number that is no score', { content: [place('45', { '45': 0.9, '44': 0.1 })] }],
  ])('are none with %s', (_, logprobs) => {
    expect(readDigitOdds('4', logprobs)).toEqual([]);
  });
});
