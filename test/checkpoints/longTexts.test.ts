import { expect, it } from '@jest/globals';
import { AIMessage } from '@langchain/core/messages';
import { Overwrite, Send } from '@langchain/langgraph';
import { JsonPlusSerializer } from '@langchain/langgraph-checkpoint';
import * as fc from 'fast-check';
import { joinLongTexts, splitLongTexts } from '../../checkpoints/longTexts.ts';

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

/** Taken apart and put together again. */
function through(given: unknown): string {
  const { skeleton, texts } = splitLongTexts(given) ?? { skeleton: 'not plain', texts: new Map<string, string>() };
  const asJson = (name: string): Uint8Array => bytes(JSON.stringify(texts.get(name) ?? 'lost'));
  return joinLongTexts(bytes(skeleton), asJson);
}

it('takes long texts out and puts them back, byte for byte, whatever they contain', () =>
  fc.assert(fc.property(value, (given) => expect(through(given)).toBe(JSON.stringify(given)))));

it("writes what LangGraph's own serializer writes, and leaves all but plain data to it", async () => {
  const serde = new JsonPlusSerializer();
  const plain = [
    { absent: undefined, list: [undefined, 1], when: new Date(0), proto: Object.create(null) as unknown },
    [new Send('respond', { draft: { prompt: long }, none: undefined }), { again: new Overwrite([long]) }],
    new AIMessage({ content: long, id: 'a' }),
  ];
  for (const given of plain) {
    const [, whole] = await serde.dumpsTyped(given);
    expect(through(given)).toBe(new TextDecoder().decode(whole));
  }
  const itself: unknown[] = [];
  itself.push({ itself });
  for (const given of [new Map([[1, long]]), { set: new Set([1]) }, new Error(long), [/x/], new Uint8Array(2), itself])
    expect(splitLongTexts(given)).toBeNull();
});

it('saves a repeated text once, under the same hash in every value', () => {
  const one = splitLongTexts([long, { again: long, short: 'x' }]);
  const other = splitLongTexts({ other: [long] });
  expect([...(one?.texts.keys() ?? [])]).toEqual([...(other?.texts.keys() ?? ['none'])]);
  expect(one?.skeleton.length).toBeLessThan(150);
});
