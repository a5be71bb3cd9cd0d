import { describe, expect, it } from '@jest/globals';
import { readExpectedScores, readScoresAlone, renderJudgeScoresPrompt } from '../../prompts/judgeScores.ts';
import { toMessageTexts } from '../../prompts/promptParts.ts';

const REWARDS = ['Clarity', 'Depth'].map((name) => ({ name, scoring: `5 when it has ${name}` }));
const sure = (score: number, next: number): number[] =>
  [1, 2, 3, 4, 5].map((s) => (s === score ? 0.75 : s === next ? 0.25 : 0));
const scored = (rationale: string, score: number) => ({ rationale, score });

describe('a reply with digits alone', () => {
  it.each(['4 2', '4, 2', '4/5 2/5', 'Clarity: 4\nDepth: 2', '[4, 2]'])(
    'is read in the order of the aspects: %j',
    (text) => {
      const digits = [
        { at: text.indexOf('4'), odds: sure(4, 5) },
        { at: text.indexOf('2'), odds: sure(2, 1) },
      ];
      expect(readScoresAlone(REWARDS, text, digits)).toEqual({
        value: { Clarity: scored('', 4.25), Depth: scored('', 1.75) },
      });
    },
  );

  it.each(['4', '4 2 3', '4 7', '4.5 2', 'A fine answer.', ''])(
    'cannot be read with another number of scores: %j',
    (text) => {
      const digits = [0, 2, 4].map((at) => ({ at, odds: sure(4, 5) }));
      expect(readScoresAlone(REWARDS, text, digits)).toHaveProperty('complaint');
    },
  );

  it.each(['Depth: 2\nClarity: 4', 'depth 2/5, clarity 4/5'])('is read by the names that it gives: %j', (text) => {
    const digits = ['4', '2'].map((digit) => ({ at: text.indexOf(digit), odds: sure(Number(digit), 3) }));
    expect(readScoresAlone(REWARDS, text, digits)).toEqual({
      value: { Clarity: scored('', 3.75), Depth: scored('', 2.25) },
    });
  });

  it('cannot be read if it names some aspects only', () => {
    const digits = [9, 11].map((at) => ({ at, odds: sure(4, 5) }));
    expect(readScoresAlone(REWARDS, 'Clarity: 4 2', digits)).toHaveProperty('complaint');
  });

  it('cannot be read without the odds of each digit', () => {
    expect(readScoresAlone(REWARDS, '4 2', [{ at: 0, odds: sure(4, 5) }])).toHaveProperty('complaint');
  });

  it('may have rationales all the same, and is then read as points', () => {
    const text = '{"Clarity": {"rationale": "Plain.", "score": 4}, "Depth": {"rationale": "Thin.", "score": "2"}}';
    const value = { Clarity: scored('Plain.', 4), Depth: scored('Thin.', 2) };
    expect(readScoresAlone(REWARDS, text, [])).toEqual({ value });
    expect(readScoresAlone(REWARDS, '{"Clarity": 4, "Depth": "2.0"}', [])).toHaveProperty('complaint');
  });
});

describe('a reply with rationales', () => {
  const text =
    '{"Clarity": {"rationale": "Has 3 \\"score\\" words.", "score": 4}, "Depth": {"rationale": "2", "score": "2"}}';

  it('is scored by the odds of its points, not of other digits', () => {
    const digits = [...text.matchAll(/[1-5]/g)].map(({ index }) => ({ at: index, odds: sure(1, 2) }));
    const places = [text.indexOf('4'), text.lastIndexOf('2')];
    const right = digits.map((one) => ({ ...one, odds: places.includes(one.at) ? sure(5, 4) : one.odds }));
    expect(readExpectedScores(REWARDS, text, right)).toEqual({
      value: { Clarity: scored('Has 3 "score" words.', 4.75), Depth: scored('2', 4.75) },
    });
  });

  it.each([
    ['"score": 4.0', 1.25],
    ['"score": 4.5', 4.5],
    ['"score": "four"', 4],
    ['"points": 4', 4],
  ])('has no odds of another aspect: %s', (written, expected) => {
    const one = `{"Clarity": {"rationale": "a {b} \\"c", ${written}}, "Depth": {"rationale": "2", "score": 2}}`;
    const digits = [...one.matchAll(/[1-5]/g)].map(({ index }) => ({ at: index, odds: sure(1, 2) }));
    expect(readExpectedScores(REWARDS, one, digits)).toEqual({
      value: { Clarity: scored('a {b} "c', expected), Depth: scored('2', 1.25) },
    });
  });

  it('gives an aspect that is called Score its own odds, in both forms of a reply', () => {
    const rewards = ['Score', 'Depth'].map((name) => ({ name, scoring: '' }));
    const whole = '{"Score": {"rationale": "Good.", "score": 4}, "Depth": {"rationale": "Flat.", "score": 2}}';
    for (const text of [whole, '{"Score": 4, "Depth": 2}']) {
      const digits = ['4', '2'].map((digit) => ({ at: text.indexOf(digit), odds: sure(Number(digit), 3) }));
      const reading = readExpectedScores(rewards, text, digits);
      expect(reading).toMatchObject({ value: { Score: { score: 3.75 }, Depth: { score: 2.25 } } });
    }
  });

  it('keeps its points where there are no odds', () => {
    expect(readExpectedScores(REWARDS, text, [])).toEqual({
      value: { Clarity: scored('Has 3 "score" words.', 4), Depth: scored('2', 2) },
    });
  });
});

it('the request has each aspect at the start of a line, and nothing else before a colon there', () => {
  const { text } = toMessageTexts(
    renderJudgeScoresPrompt({
      query: 'Why?',
      response: 'So.',
      rewards: REWARDS,
      reasoning: 'Because.',
      stage: 'prompt',
    }),
  );
  expect(text.match(/^\W*(?:Clarity|Depth)\s*[:(\n]/gm)).toEqual(['- Clarity:', '- Depth:']);
  expect(text.endsWith('Reply with 2 digits from 1 to 5, one for each of: Clarity, Depth.')).toBe(true);
});
