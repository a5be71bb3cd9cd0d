import { expect, it } from '@jest/globals';
import { createUsageTotals } from '../../models/cache/usageTotals.ts';
import { listReplyWarnings } from '../../run/replyWarnings.ts';

const tallyOf = (responses: number, cut: number) => {
  const tally = createUsageTotals();
  tally.calls.base = responses;
  tally.finish.base.length = cut;
  return tally;
};
const listCodes = (...args: Parameters<typeof listReplyWarnings>): string[] =>
  listReplyWarnings(...args).map(({ code }) => code);

it('warns if most responses were cut off at the limit', () => {
  expect(listReplyWarnings(tallyOf(10, 6), [])).toEqual([
    { code: 'responses-cut-off', text: expect.stringMatching(/^6 of 10 responses .* Raise models\.base\.maxTokens/) },
  ]);
  expect(listCodes(tallyOf(10, 5), [])).toEqual([]);
  expect(listCodes(tallyOf(2, 2), [])).toEqual([]);
  expect(listCodes(null, [])).toEqual([]);
});

it('a response that ran on after its end was not cut off', () => {
  const events = ['layout', 'repetition', 'layout'].map((what, i) => ({ id: String(i), kind: 'cut' as const, what }));
  expect(listCodes(tallyOf(10, 8), events)).toEqual([]);
  expect(listCodes(tallyOf(10, 9), events)).toEqual(['responses-cut-off']);
});

it('warns if limits were spent on thoughts, and counts whose', () => {
  const events = [
    { id: 'a', kind: 'cut' as const, what: 'thought' },
    { id: 'b', kind: 'cut' as const, what: 'layout' },
    { id: 'c', kind: 'unreadable' as const, what: 'judge: the reply ended inside a thought' },
    { id: 'd', kind: 'unreadable' as const, what: 'judge: the reply was empty' },
  ];
  expect(listReplyWarnings(tallyOf(10, 1), events)).toEqual([
    {
      code: 'limit-spent-on-thoughts',
      text: expect.stringContaining('2 replies (1 of the base model) ended inside a thought'),
    },
  ]);
});
