import { expect, it } from '@jest/globals';
import { makeExplainScores, type Judge } from '../../nodes/index.ts';

const REWARDS = ['Clarity', 'Depth'].map((name) => ({ name, scoring: '' }));
const reads = { query: 'q', response: 'r', rewards: REWARDS, reasoning: '', stage: 'prompt' as const };

it('asks for the remarks that are missing, and keeps the scores', async () => {
  const asked: string[][] = [];
  const judge: Judge = async ({ rewards }) => {
    asked.push(rewards.map(({ name }) => name));
    return { evaluation: { Depth: { rationale: 'Thin.', score: 1 } } };
  };
  const evaluation = { Clarity: { rationale: 'Plain.', score: 4 }, Depth: { rationale: '', score: 2.5, weight: 2 } };
  const explained = await makeExplainScores(judge)({ ...reads, evaluation });
  expect(explained).toEqual({
    evaluation: { ...evaluation, Depth: { rationale: 'Thin.', score: 2.5, weight: 2 } },
  });
  expect(asked).toEqual([['Depth']]);
});

it('says why there are none, and asks nothing if all are there', async () => {
  const judge: Judge = async () => ({ evaluation: {}, missing: 'no reply' });
  const silent = { Clarity: { rationale: '', score: 4 } };
  const said = { Clarity: { rationale: 'Plain.', score: 4 } };
  expect(await makeExplainScores(judge)({ ...reads, evaluation: silent })).toEqual({
    evaluation: silent,
    missing: 'no reply',
  });
  expect(await makeExplainScores(judge)({ ...reads, evaluation: said })).toEqual({ evaluation: said });
});
