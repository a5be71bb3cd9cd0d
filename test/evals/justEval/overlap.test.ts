import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { findOverlaps, measureTextSimilarity, normalizeWords } from '../../../evals/justEval/overlap.ts';
import type { EvaluationText, Overlap } from '../../../evals/justEval/overlap.ts';

const set = (...instructions: string[]): EvaluationText[] =>
  instructions.map((instruction, id) => ({ id, instruction }));
const one = (query: string, instruction: string, near?: number): Overlap | undefined => {
  const hits = findOverlaps([query], set(instruction), near === undefined ? {} : { near });
  expect(hits.length).toBeLessThan(2);
  return hits[0];
};
const numbered = (n: number): string =>
  [n % 97, n % 89, n % 83, n % 79, n % 73, n % 71, n % 67].map((k) => `w${k}`).join(' ');
const word = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'.split('')),
  minLength: 1,
  maxLength: 9,
});
const sentence = fc.array(word, { minLength: 1, maxLength: 20 });
const noise = fc
  .string({ unit: fc.constantFrom(' ', '\n', '\t', '.', ',', '!', '?', '"', '-', '(', '…', '🙂') })
  .map((s) => ` ${s} `);

describe('normalizeWords', () => {
  it.each([
    ['  Hello,\n WORLD! ', ['hello', 'world']],
    ["Don't – I can’t", ['dont', 'i', 'cant']],
    ['ﬁsh Ⅳ ｆｕｌｌ', ['fish', 'iv', 'full']],
    ['cafe\u0301', ['café']],
    ['soft\u00ADhyphen zero\u200Bwidth', ['softhyphen', 'zerowidth']],
    ['Привет, мир', ['привет', 'мир']],
    ['❤️ 👩‍👩‍👧 ?!… \uD83D \uDC00', []],
    ['', []],
  ])('reads %j', (text, expected) => {
    expect(normalizeWords(text)).toEqual(expected);
  });
});

describe('findOverlaps', () => {
  it('finds an exact text despite case, punctuation and spaces', () => {
    const hit = one('  HOW do I tie a “bowline”??', 'How do I tie a bowline');
    expect(hit).toEqual({
      query: '  HOW do I tie a “bowline”??',
      instruction: 'How do I tie a bowline',
      id: 0,
      kind: 'exact',
      similarity: 1,
    });
  });

  it('finds a text inside another, in both directions', () => {
    const [inner, outer] = [
      'How to bake rye bread?',
      'My oven is small. Tell me how to bake rye bread, please, in under two hours.',
    ];
    expect(one(inner, outer)?.kind).toBe('contained');
    expect(one(outer, inner)?.kind).toBe('contained');
    expect(one(inner, outer)?.similarity).toBeLessThan(0.5);
  });

  it('does not call a text contained if it has under four words or ends inside a word', () => {
    expect(one('bake rye bread', 'Tell me how to bake rye bread, please, in two hours')).toBeUndefined();
    expect(one('art of the deal', 'She kept a chart of the dealings of her uncle')).toBeUndefined();
  });

  it('finds a near text of six words or more by trigrams', () => {
    const hit = one(
      'Please list the seven tallest mountains of Africa today',
      'Please list the seven tallest mountains of Africa now',
    );
    expect(hit?.kind).toBe('near');
    expect(hit?.similarity).toBeCloseTo(6 / 8);
  });

  it('finds a near text of under six words by words and bigrams', () => {
    const hit = one('bake dark rye bread', 'bake dark rye bread rolls');
    expect(hit?.kind).toBe('contained');
    expect(one('bake dark rye bread', 'please bake dark rye loaves', 0.3)?.similarity).toBeCloseTo(5 / 11);
    expect(one('rye bread', 'bread rye')).toBeUndefined();
    expect(measureTextSimilarity('rye bread', 'bread rye')).toBe(0.5);
  });

  it('includes the threshold, which the caller may set', () => {
    const [left, right] = ['one two three four five six seven', 'one two three four five six eight'];
    const value = measureTextSimilarity(left, right);
    expect(value).toBeCloseTo(4 / 6);
    expect(one(left, right, value)?.kind).toBe('near');
    expect(one(left, right, value + 0.001)).toBeUndefined();
    expect(one(left, right)?.kind).toBe('near');
    expect(one('What is the best way to clean a kettle', 'What is the best way to lose a friend')).toBeUndefined();
  });

  it.each([0, -1, 1.01, NaN, Infinity])('refuses the threshold %p', (near) => {
    expect(() => findOverlaps([], [], { near })).toThrow(RangeError);
  });

  it('reports every evaluation text in order and keeps ids', () => {
    const evaluation = [
      { id: 'b', instruction: 'why does bread rise' },
      { id: 7, instruction: 'tell me why does bread rise today' },
      { id: 'a', instruction: 'Why does bread rise?' },
    ];
    const hits = findOverlaps(['nothing here', 'Why does bread rise'], evaluation);
    expect(hits.map((hit) => [hit.id, hit.kind])).toEqual([
      ['b', 'exact'],
      [7, 'contained'],
      ['a', 'exact'],
    ]);
  });

  it('finds nothing in hostile texts', () => {
    const hostile = [
      '',
      ' ',
      '?!…',
      '🙂',
      '❤️',
      '\uD83D',
      '\uDC00 \uD83D',
      '__proto__',
      'constructor',
      'toString',
      '\u0000',
      '\u0301',
      '.*(a+)+$',
    ];
    const hits = findOverlaps(hostile, set(...hostile));
    expect(hits.map((hit) => [hit.query, hit.kind])).toEqual(
      ['__proto__', 'constructor', 'toString', '.*(a+)+$'].map((text) => [text, 'exact']),
    );
    expect(findOverlaps(hostile, set('How do I tie a bowline?'))).toEqual([]);
    expect(findOverlaps(hostile, [])).toEqual([]);
    expect(findOverlaps([], set(...hostile))).toEqual([]);
  });

  it('finds a text that differs only in case and punctuation', () => {
    fc.assert(
      fc.property(sentence, fc.array(noise, { minLength: 21, maxLength: 21 }), fc.boolean(), (list, gaps, upper) => {
        const changed = list.map((item, i) => `${gaps[i]}${upper ? item.toUpperCase() : item}`).join('') + gaps[20];
        expect(one(changed, list.join(' '))).toMatchObject({ kind: 'exact', similarity: 1 });
      }),
    );
  });

  it('finds every text that has a word in itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(one(text, text)?.kind).toBe(normalizeWords(text).length > 0 ? 'exact' : undefined);
      }),
    );
  });

  it('misses no pair that a comparison of all pairs finds', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 12 }).map((list) => list.join(' '));
    const texts = fc.array(text, { maxLength: 8 });
    fc.assert(
      fc.property(texts, texts, fc.constantFrom(0.1, 0.25, 0.3, 0.5, 2 / 3, 0.7, 1), (queries, evaluation, near) => {
        const found = new Set(
          findOverlaps(queries, set(...evaluation), { near }).map((hit) => `${hit.query}|${hit.id}`),
        );
        const expected = queries.flatMap((query) =>
          evaluation.flatMap((other, id) => {
            const [left, right] = [` ${query} `, ` ${other} `];
            const whole = Math.min(normalizeWords(query).length, normalizeWords(other).length) >= 4;
            const inside = whole && (left.includes(right) || right.includes(left));
            const same = query === other && query !== '';
            return same || inside || measureTextSimilarity(query, other) >= near ? [`${query}|${id}`] : [];
          }),
        );
        expect([...found].toSorted()).toEqual([...new Set(expected)].toSorted());
      }),
    );
  });

  it('compares many queries in time that does not grow with the product of the sizes', () => {
    const evaluation = set(...Array.from({ length: 1000 }, (_, i) => numbered(i * 7 + 1)));
    const queries = Array.from({ length: 20_000 }, (_, i) => numbered(i + 1_000_000));
    const before = process.cpuUsage();
    findOverlaps(queries, evaluation);
    // microseconds of this process, however busy the machine; the product takes minutes
    expect(process.cpuUsage(before).user).toBeLessThan(10e6);
  });
});
