import { expect, it } from '@jest/globals';
import { fitReplyLimit, hasThoughts, THINKS } from '../../models/fitReplyLimit.ts';

const request = { prompt: { text: '' }, n: 1, sample: 0, maxTokens: 700 };

it.each([
  ['the default limit is lowered to what the reply needs', 2048, {}, [], 700],
  ['a limit of the user’s own stays', 1000, {}, [], undefined],
  ['no limit stays none', null, {}, [], undefined],
  ['a need above the limit changes nothing', 500, {}, [], undefined],
  ['a repair gets the whole limit', 2048, { repair: 1 }, [], undefined],
  ['a model that thinks gets the whole limit', 2048, {}, [THINKS], undefined],
  ['digits alone need little, whatever the user chose', 1000, { odds: 'alone' }, [], 700],
  ['a limit of the user’s own stays for remarks with digits within', 1000, { odds: 'within' }, [], undefined],
] as const)('%s', (_, limit, more, known, expected) => {
  const adjustments = new Map(known.map((name) => [name, null]));
  expect(fitReplyLimit(limit, { ...request, ...more }, adjustments)).toBe(expected);
});

it.each([
  ['a thought beside the text', { texts: ['4'], finish: ['stop'], thoughts: ['Hm'] }, true],
  ['a thought in the text', { texts: ['<think>Hm'], finish: ['length'] }, true],
  ['nothing, up to the limit', { texts: [''], finish: ['length'] }, true],
  ['a text', { texts: ['{"Clarity"'], finish: ['length'] }, false],
])('a reply has thoughts or not: %s', (_, reply, expected) => {
  expect(hasThoughts({ ...reply, usage: null })).toBe(expected);
});
