import { describe, expect, it } from '@jest/globals';
import { readDigitOdds } from '../../models/readDigitOdds.ts';

const top = (odds: Record<string, number>) =>
  Object.entries(odds).map(([token, p]) => ({ token, logprob: Math.log(p) }));
const getBytes = (text: string): number[] => [...Buffer.from(text)];
const place = (token: string, odds: Record<string, number> = {}) => ({ token, top_logprobs: top(odds) });

describe('the odds of digits', () => {
  it('are read at each digit, over all spellings of a score', () => {
    const content = [
      place('4', { '4': 0.5, '5': 0.3, ' 5': 0.1, The: 0.1 }),
      place(' ', { ' ': 1 }),
      place(' 2', { ' 2': 0.75, '3': 0.25 }),
    ];
    expect(readDigitOdds('4  2', { content })).toEqual([
      { at: 0, odds: [0, 0, 0, 0.555556, 0.444444] },
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
    ['the token alone, of which others might have been as likely', { content: [place('4', { '4': 0.6 })] }],
    ['odds that the written digit is not among', { content: [place('4', { '1': 0.9, '2': 0.05 })] }],
    ['the old form', { tokens: ['4'], token_logprobs: [-0.1] }],
    ['a number that is no score', { content: [place('45', { '45': 0.9, '44': 0.1 })] }],
  ])('are none with %s', (_, logprobs) => {
    expect(readDigitOdds('4', logprobs)).toEqual([]);
  });

  it('are those of a judge that was nearly sure, though no other token is known', () => {
    expect(readDigitOdds('4', { content: [place('4', { '4': 0.98 })] })).toEqual([{ at: 0, odds: [0, 0, 0, 1, 0] }]);
  });

  it('keep their ratio where a form forces a digit that the model hardly wanted', () => {
    const top_logprobs = [
      { token: '"', logprob: -0.0001 },
      { token: '4', logprob: -800 },
      { token: '1', logprob: -800 - Math.log(3) },
    ];
    expect(readDigitOdds('4', { content: [{ token: '4', top_logprobs }] })).toEqual([
      { at: 0, odds: [0.25, 0, 0, 0.75, 0] },
    ]);
  });

  it('count the written digit too if it is not among the likeliest, and do without what has no logprob', () => {
    const top_logprobs = [{ token: '5', logprob: Math.log(0.6) }, { token: 'x', logprob: null }, { token: '3' }, null];
    expect(readDigitOdds('4', { content: [{ token: '4', logprob: Math.log(0.2), top_logprobs }] })).toEqual([
      { at: 0, odds: [0, 0, 0, 0.25, 0.75] },
    ]);
  });

  it('stand at the digit of the bytes if a token is spelled with what precedes it', () => {
    const content = [
      { ...place('Depth'), bytes: getBytes('Depth: ') },
      { ...place(': 4', { ': 4': 0.5, ': 5': 0.5 }), bytes: getBytes('4') },
    ];
    expect(readDigitOdds('Depth: 4', { content })).toEqual([{ at: 7, odds: [0, 0, 0, 0.5, 0.5] }]);
  });

  it('stand at their places after a character whose bytes are split over tokens', () => {
    const [first, second] = [getBytes('👍').slice(0, 3), getBytes('👍').slice(3)];
    const content = [
      { token: String.raw`\xf0\x9f\x91`, bytes: first, top_logprobs: [] },
      { token: String.raw`\x8d`, bytes: second, top_logprobs: [] },
      { ...place('4', { '4': 0.5, '5': 0.5 }), bytes: getBytes('4') },
    ];
    expect(readDigitOdds('👍4', { content })).toEqual([{ at: 2, odds: [0, 0, 0, 0.5, 0.5] }]);
  });
});
