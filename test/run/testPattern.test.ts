import { expect, it } from '@jest/globals';
import { testPattern } from '../../run/testPattern.ts';

it('decides a pattern like JavaScript, each time anew', () => {
  for (let i = 0; i < 3; i++) expect(testPattern('a+b', 'g', 'xaab')).toBe(true);
  expect([testPattern('^B', '', 'b'), testPattern('^B', 'i', 'b'), testPattern('a', 'y', 'ba')]).toEqual([
    false,
    true,
    false,
  ]);
});

it('gives up a pattern that would take ages, and decides the next', () => {
  expect(() => testPattern('^(a+)+$', '', `${'a'.repeat(50)}b`)).toThrow(
    /expected the pattern to be decided within 1 second/,
  );
  expect(testPattern('b', '', 'ab')).toBe(true);
});
