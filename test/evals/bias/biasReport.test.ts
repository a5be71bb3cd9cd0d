import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readJudgedAnswers, type JudgedAnswer } from '../../../evals/bias/judgedAnswers.ts';
import { createBiasReport, sampleAnswers } from '../../../evals/bias/biasReport.ts';
import { makeCheck, makeFindings } from '../../../evals/bias/biasCheck.ts';
import { padResponse } from '../../../evals/bias/padResponse.ts';
import { checkLength } from '../../../evals/bias/checkLength.ts';
import { checkSelfPreference } from '../../../evals/bias/checkSelfPreference.ts';
import { createMersenneTwister } from '../../../statistics/random.ts';
import { simulateBias } from '../../../scripts/calibration/simulateBias.ts';

/** Judged answers of several models: noise, the instruction's difficulty, and what `more` adds. */
function answers(
  generators: readonly string[],
  judges: readonly string[],
  more: (generator: string, judge: string, words: number) => number = () => 0,
  seed = 7,
): JudgedAnswer[] {
  const draw = createMersenneTwister(seed);
  const unit = (): number => draw() / 2 ** 32;
  return Array.from({ length: 40 }, (_, i) => `i${i}`).flatMap((id) => {
    const difficulty = unit();
    return generators.flatMap((generator) => {
      const words = 20 + Math.floor(180 * unit());
      return judges.map((judge) => ({
        id,
        source: generator,
        instruction: id,
        generator,
        judge,
        output: 'word '.repeat(words),
        points: { clarity: 2.5 + difficulty + 0.4 * unit() + more(generator, judge, words) },
      }));
    });
  });
}

describe('the check for a preference for own answers', () => {
  const own = (generator: string, judge: string): number => (generator === judge && judge === 'a' ? 0.5 : 0);

  it('measures each judge if a third one judges the same answers', () => {
    const [a, b] = makeFindings(checkSelfPreference(answers(['a', 'b'], ['a', 'b', 'c'], own)));
    expect([a?.judge, a?.verdict, b?.judge, b?.verdict]).toEqual(['a', 'higher', 'b', 'noise']);
    expect(a?.effect?.mean).toBeCloseTo(0.5, 0);
  });

  it('measures the mean of two judges that have only each other’s answers', () => {
    const [both] = makeFindings(checkSelfPreference(answers(['a', 'b'], ['a', 'b'], own)));
    expect([both?.judge, both?.verdict]).toEqual(['a and b', 'higher']);
    expect(both?.effect?.mean).toBeCloseTo(0.25, 0);
  });

  it('takes neither a strict judge nor a good model for a preference', () => {
    const strict = (generator: string, judge: string): number => (judge === 'a' ? -1 : 0) + (generator === 'a' ? 1 : 0);
    const alarms = Array.from({ length: 12 }, (_, seed) =>
      makeFindings(checkSelfPreference(answers(['a', 'b'], ['a', 'b', 'c'], strict, seed))).some(
        (f) => f.verdict !== 'noise',
      ),
    );
    expect(alarms.filter(Boolean).length).toBeLessThanOrEqual(2);
  });

  it.each([
    ['two judges', answers(['a', 'b'], ['a']), 'two judges'],
    ['two models', answers(['a'], ['a', 'b']), 'two models'],
    ['answers of a judge', answers(['a', 'b'], ['c', 'd']), 'no judge’s model'],
  ])('has no result without %s', (_, given, lack) => {
    const [check] = makeFindings(checkSelfPreference(given));
    expect([check?.verdict, check?.missing]).toEqual(['not testable', expect.stringContaining(lack)]);
  });
});

describe('the check of points over length', () => {
  it('finds a planted slope, and none if one method is merely longer and better', () => {
    const slope = checkLength(
      'j',
      answers(['a', 'b'], ['j'], (_, __, words) => 0.5 * Math.log2(words)),
    );
    expect(slope.effect?.mean).toBeCloseTo(0.5, 1);
    expect(makeFindings([slope])[0]?.verdict).toBe('higher');
    expect(
      makeFindings([
        checkLength(
          'j',
          answers(['a', 'b'], ['j'], (g) => (g === 'a' ? 1 : 0)),
        ),
      ])[0]?.verdict,
    ).toBe('noise');
  });

  it('has no result for one method or for answers of the same length', () => {
    expect(checkLength('j', answers(['a'], ['j'])).missing).toContain('two methods');
    const alike = answers(['a', 'b'], ['j']).map((a) => ({ ...a, output: 'word' }));
    expect(checkLength('j', alike).missing).toContain('do not differ');
  });
});

describe('filler for a response', () => {
  it('makes a response longer by half or more and keeps its words, its beginning and its end', () => {
    fc.assert(
      fc.property(fc.array(fc.lorem({ mode: 'sentences', maxCount: 4 }), { minLength: 1, maxLength: 4 }), (parts) => {
        const response = parts.join('\n\n');
        const longer = padResponse(response);
        const words = (text: string): string[] => text.split(/\s+/);
        expect(words(longer).length).toBeGreaterThanOrEqual(words(response).length * 1.5);
        expect(longer.endsWith(words(response).at(-1) ?? '')).toBe(true);
        let at = 0;
        for (const word of words(longer)) if (word === words(response)[at]) at++;
        expect(at).toBe(words(response).length);
      }),
      { numRuns: 50 },
    );
  });

  it('stays outside code blocks', () => {
    const code = 'Run this:\n\n```\na = 1\n\nb = 2. Then c.\n```';
    expect(padResponse(code)).toContain('```\na = 1\n\nb = 2. Then c.\n```');
  });
});

describe('the checks of simulated judges', () => {
  it.each([
    ['hasty', 'position', 'terse'],
    ['lavish', 'padding', 'terse'],
    ['self', 'self', 'terse and rambling'],
  ] as const)('find a planted bias (%s) and nothing else', async (plant, check, judge) => {
    const { findings: all } = await simulateBias(plant, 3, 24);
    const found = all.filter((f) => f.check !== 'length' && f.verdict === 'higher');
    expect(found.map((f) => [f.check, f.judge])).toEqual([[check, judge]]);
  });

  it('call judges without a planted bias unbiased', async () => {
    const { findings: all, trials, of } = await simulateBias('none', 3, 24);
    expect(all.filter((f) => f.check !== 'length').map((f) => f.verdict)).toEqual(Array(5).fill('noise'));
    expect([trials, of]).toEqual([96, 96]);
  });
});

it('counts a failed judgement as missing, and says if too few are left', () => {
  const [one] = answers(['a'], ['j']);
  if (!one) throw new Error('no answer');
  const { judge, points, ...answer } = one;
  const trials = Array.from({ length: 12 }, (_, i) => ({
    answer: { ...answer, id: `${i}` },
    judge,
    baseline: points,
    reversed: points,
    padded: i < 4 ? {} : points,
  }));
  const all = createBiasReport([], trials).findings;
  expect(all.find((f) => f.check === 'padding')?.missing).toBe('only 8 of at least 10 instructions could be compared');
  expect(makeCheck({ check: 'padding', judge: 'j', unit: '' }, Array(10).fill(0)).effect?.p).toBe(1);
});

it('reads records of several files, each judgement once, and samples instructions with all their answers', () => {
  const record = (id: number, generator: string, judge: string) =>
    JSON.stringify({ id, instruction: `q${id}`, output: 'o', generator, judge, result: '{"clarity": {"score": "4"}}' });
  const text = [1, 2, 3, 4].flatMap((id) => [record(id, 'm', 'j'), record(id, 'm', 'k')]).join('\n');
  const all = readJudgedAnswers([
    { name: 'one', text: `${text}\n${record(4, 'm', 'k')}` },
    { name: 'two', text: text.replaceAll('"m"', '"n"') },
  ]);
  expect(all).toHaveLength(16);
  expect(sampleAnswers(all, 2).map((a) => [a.instruction, a.generator])).toEqual([
    ['q1', 'm'],
    ['q3', 'm'],
    ['q1', 'n'],
    ['q3', 'n'],
  ]);
});
