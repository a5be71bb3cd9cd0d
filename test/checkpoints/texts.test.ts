import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { join, split } from '../../state/texts.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const long = 'a sentence with "quotes", a \\ and a ~ in it, and ends in a backslash \\'.repeat(5);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('~', '"', '\\', 'a', 'ä', '\n', '𝄞'), minLength: 190, maxLength: 400 }),
  fc.constantFrom(long, `~${'A'.repeat(43)}`, `"~${'b'.repeat(43)}"`),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(text, fc.double(), fc.constant(null), fc.array(tie('any')), fc.dictionary(text, tie('any'))),
})).any;

it('takes long texts out and puts them back, byte for byte, whatever they hold', () =>
  fc.assert(
    fc.property(value, (given) => {
      const json = JSON.stringify(given);
      const { skeleton, texts } = split(bytes(json));
      const found = join(skeleton, (name) => texts.get(name) ?? bytes('lost'));
      expect(found).toBe(json);
    }),
  ));

it('a text that repeats is kept once, under the same name in every value', () => {
  const one = split(bytes(JSON.stringify([long, { again: long, short: 'x' }])));
  const other = split(bytes(JSON.stringify({ other: [long] })));
  expect([...one.texts.keys()]).toEqual([...other.texts.keys()]);
  expect(one.skeleton.length).toBeLessThan(150);
});
