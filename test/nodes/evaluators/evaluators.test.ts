import { describe, expect, it, jest } from '@jest/globals';
import { evaluate } from 'langsmith/evaluation';
import { createJustEvalJudge, createJustEvalRewards } from '../../../evals/index.ts';
import type { Judge } from '../../../index.ts';
import {
  toEvaluator,
  toEvaluators,
  fromEvaluator,
  makeFixedRewards,
  withEvaluators,
  type Evaluator,
} from '../../../nodes/index.ts';
import { ScriptedChat } from '../chat.ts';

const rewards = ['Clarity', 'Depth'].map((name) => ({ name, scoring: '' }));
const scored = (...scores: number[]) => ({
  evaluation: Object.fromEntries(
    scores.map((score, i) => [rewards[i]?.name ?? '', { rationale: `because ${i}`, score }]),
  ),
});
const judgeOf = (...scores: number[]): Judge => jest.fn<Judge>(async () => scored(...scores));
const reads = { query: 'Why?', response: 'So.', rewards, reasoning: '', stage: 'prompt' as const };

describe('an evaluator made of a judge', () => {
  it.each([
    [1, 0],
    [2, 0.25],
    [3, 0.5],
    [4.5, 0.875],
    [5, 1],
  ])('%d points are %d', async (points, score) => {
    const evaluator = toEvaluator({ judge: judgeOf(points), rewards });
    expect(await evaluator({ inputs: 'Why?', outputs: 'So.' })).toEqual([
      { key: 'Clarity', score, comment: 'because 0' },
    ]);
    const [bare] = await toEvaluator({ judge: judgeOf(points), rewards, scale: 'points' })({
      inputs: 'Why?',
      outputs: 'So.',
    });
    expect(bare?.score).toBe(points);
  });

  it('finds the texts in the inputs and outputs of a data set, and says which are missing', async () => {
    const judge = judgeOf(3);
    const evaluator = toEvaluator({ judge, rewards });
    await evaluator({ inputs: { question: 'Why?', lang: 'en' }, outputs: { whatever: 'So.' } });
    expect(judge).toHaveBeenLastCalledWith({ ...reads, rewards });
    await expect(evaluator({ inputs: { a: 'x', b: 'y' }, outputs: 'So.' })).rejects.toThrow(
      'inputs: expected a text or',
    );
    await expect(evaluator({ inputs: 'Why?', outputs: {} })).rejects.toThrow('outputs: expected a text or');
  });

  it('selects the aspects for each query if it gets a step for that', async () => {
    const judge = judgeOf(3);
    await toEvaluator({ judge, rewards: makeFixedRewards({ aspects: ['Depth'] }) })({ inputs: 'Why?', outputs: 'So.' });
    expect(jest.mocked(judge).mock.lastCall?.[0].rewards.map(({ name }) => name)).toEqual(['Depth']);
  });

  it('throws if the judgement is missing, instead of scoring zero', async () => {
    const judge: Judge = async () => ({ evaluation: {}, missing: 'no JSON' });
    await expect(toEvaluator({ judge, rewards })({ inputs: 'Why?', outputs: 'So.' })).rejects.toThrow('no JSON');
  });

  it('shares one judgement among the evaluators of all aspects', async () => {
    const judge = judgeOf(2, 4);
    const evaluators = toEvaluators({ judge, rewards });
    const verdicts = await Promise.all(evaluators.map((one) => one({ inputs: 'Why?', outputs: 'So.' })));
    expect(verdicts.map(({ key, score }) => [key, score])).toEqual([
      ['Clarity', 0.25],
      ['Depth', 0.75],
    ]);
    expect(judge).toHaveBeenCalledTimes(1);
  });

  it('works in LangSmith’s evaluate', async () => {
    const example = {
      id: crypto.randomUUID(),
      dataset_id: crypto.randomUUID(),
      created_at: '2026-01-01T00:00:00Z',
      runs: [],
    };
    const data = [{ ...example, inputs: { query: 'Why?' }, outputs: {} }];
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const warn = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const evaluators = [toEvaluator({ judge: judgeOf(3, 5), rewards })];
    const done = await evaluate(async () => ({ response: 'So.' }), { data, evaluators, uploadRuns: false });
    [log, warn].forEach((spy) => spy.mockRestore());
    const found = done.results[0]?.evaluationResults.results.map(({ key, score, comment }) => [key, score, comment]);
    expect(found).toEqual([
      ['Clarity', 0.5, 'because 0'],
      ['Depth', 1, 'because 1'],
    ]);
  });

  it('works with just-eval’s judge', async () => {
    const five = createJustEvalRewards('regular').map(({ name }) => [
      name,
      { reason: `on ${name}`, score: name === 'depth' ? 'N/A' : '4' },
    ]);
    const judge = createJustEvalJudge({ model: new ScriptedChat(() => [JSON.stringify(Object.fromEntries(five))]) });
    const verdicts = await toEvaluator({ judge, rewards: createJustEvalRewards('regular'), scale: 'points' })({
      inputs: 'Why?',
      outputs: 'So.',
    });
    expect(verdicts.map(({ key, score }) => `${key} ${String(score)}`)).toEqual([
      'helpfulness 4',
      'clarity 4',
      'factuality 4',
      'depth 5',
      'engagement 4',
    ]);
    expect(verdicts[1]?.comment).toBe('on clarity');
  });
});

describe('a judge made of an evaluator', () => {
  it.each([
    [true, 5],
    [false, 1],
    [0, 1],
    [0.25, 2],
    [1, 5],
  ])('a score of %p is %d points', async (score, points) => {
    const judge = fromEvaluator(async () => ({ key: 'concise', score, comment: 'by length', metadata: {} }));
    expect(await judge(reads)).toEqual({ evaluation: { concise: { rationale: 'by length', score: points } } });
  });

  it('passes the query, the response and the expected output', async () => {
    const evaluator = jest.fn<Evaluator>(async () => ({ key: 'exact', score: 1 }));
    await fromEvaluator(evaluator, { referenceOutputs: (query) => `reference of ${query}` })(reads);
    expect(evaluator).toHaveBeenCalledWith({ inputs: 'Why?', outputs: 'So.', referenceOutputs: 'reference of Why?' });
  });

  it('reads scores of another range, lists and LangSmith’s results', async () => {
    const judge = fromEvaluator(
      [
        () => [
          { key: 'a', score: 0 },
          { key: 'b', score: 10 },
        ],
        async () => ({ results: [{ key: 'c', score: 5, comment: null }] }),
      ],
      { range: [0, 10] },
    );
    expect(Object.values((await judge(reads)).evaluation).map(({ score }) => score)).toEqual([1, 5, 3]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('down')), 'down'],
    ['scores outside its range', () => ({ key: 'k', score: 4 }), 'k: expected a score from 0 to 1, found 4'],
    ['gives no score', () => ({ key: 'k', score: null }), 'Invalid input'],
    ['gives no number', () => ({ key: 'k', score: NaN }), 'Invalid input'],
  ])('is missing if it %s', async (_, evaluator, why) => {
    expect(await fromEvaluator(evaluator)(reads)).toEqual({ evaluation: {}, missing: expect.stringContaining(why) });
  });

  it('adds an aspect to a judge, and is missing if one half is missing', async () => {
    const concise = async () => ({ key: 'concise', score: true });
    const both = await withEvaluators(judgeOf(2, 3), concise)(reads);
    expect(Object.entries(both.evaluation).map(([key, { score }]) => [key, score])).toEqual([
      ['Clarity', 2],
      ['Depth', 3],
      ['concise', 5],
    ]);
    const down = () => Promise.reject(new Error('down'));
    expect(await withEvaluators(judgeOf(2, 3), [concise, down])(reads)).toEqual({ evaluation: {}, missing: 'down' });
  });
});
