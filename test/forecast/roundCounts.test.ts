import { expect, it } from '@jest/globals';
import { roundCounts } from '../../forecast/roundCounts.ts';

it('a plan as data has whole calls and tokens, and keeps the fractions of dollars, of every role too', () => {
  const forecast = { calls: { base: 10.4 }, usd: 0.0123, usdByRole: { base: 0.0041, judge: null }, seconds: 2.5 };
  expect(roundCounts({ data: 'Read 3 queries.', least: forecast })).toEqual({
    data: 'Read 3 queries.',
    least: { ...forecast, calls: { base: 10 } },
  });
});
