import { expect, it } from '@jest/globals';
import { Gateway } from '../../models/gateway/gateway.ts';
import type { Reply } from '../../models/transport.ts';
import { makeExpectedJudge } from '../../nodes/expectedJudge.ts';
import { httpError, scripted } from '../models/fake.ts';

const REWARDS = [{ name: 'Clarity', scoring: '' }];
const POINTS = '{"Clarity": {"rationale": "Plain.", "score": 3}}';
const DIGIT: Partial<Reply> = { texts: ['4'], digits: [[{ at: 0, odds: [0, 0, 0, 0.5, 0.5] }]] };
const CHAT: Partial<Reply> = { texts: ['It is a fine answer.'] };

/** Judges some responses at the same time. `sayDigits`: the reply to the i-th request for digits, from 0; others get points. */
async function judgeAll(count: number, sayDigits: (i: number) => Partial<Reply>) {
  const asked = { digits: 0, points: 0 };
  const transport = scripted(
    ({ odds, form }) => {
      if (odds && !form) return sayDigits(asked.digits++);
      asked.points++;
      return { texts: [POINTS], digits: [[{ at: POINTS.indexOf('3'), odds: [0, 0, 1, 0, 0] }]] };
    },
    { givesOdds: true, isAdjustable: true, output: 'json_schema' },
  );
  const gateway = new Gateway({ concurrency: 8 });
  const judge = makeExpectedJudge({ model: gateway.manage('judge', transport, { maxRetries: 0 }) });
  const reads = { query: 'q', rewards: REWARDS, reasoning: '', stage: 'prompt' as const };
  const judgeOne = async (i: number) => (await judge({ ...reads, response: `r${i}` })).evaluation['Clarity']?.score;
  const first = await Promise.all(Array.from({ length: count }, (_, i) => judgeOne(i)));
  return { scores: first, asked, judgeOne, adjustments: gateway.getUsageTotals().adjustments };
}

const LEFT_OUT = [{ role: 'judge', parameter: 'logprobs', sentAs: null }];

it('others wait for the first digits, so a judge that chats is asked for them three times in all', async () => {
  const { scores, asked, adjustments } = await judgeAll(6, () => CHAT);
  expect(scores).toEqual([3, 3, 3, 3, 3, 3]);
  expect(asked).toEqual({ digits: 3, points: 6 });
  expect(adjustments).toEqual(LEFT_OUT);
});

it('others wait for the first digits, so an endpoint without odds is asked for them once', async () => {
  const { asked, adjustments } = await judgeAll(6, () => ({ texts: ['4'] }));
  expect(asked).toEqual({ digits: 1, points: 6 });
  expect(adjustments).toEqual(LEFT_OUT);
});

it('a first reply that is corrected counts, and a later one that is none is not corrected', async () => {
  const { scores, asked, judgeOne, adjustments } = await judgeAll(1, (i) => (i === 0 || i === 2 ? CHAT : DIGIT));
  expect([scores, await judgeOne(1), await judgeOne(2)]).toEqual([[4.5], 3, 4.5]);
  expect(asked).toEqual({ digits: 4, points: 1 });
  expect(adjustments).toEqual([]);
});

it('a request for digits that fails without odds too says nothing of the judge', async () => {
  const { scores, asked, judgeOne, adjustments } = await judgeAll(1, (i) => {
    if (i <= 1) throw httpError(400);
    return DIGIT;
  });
  expect([scores, await judgeOne(1)]).toEqual([[3], 4.5]);
  expect(asked).toEqual({ digits: 3, points: 1 });
  expect(adjustments).toEqual([]);
});
