import { expect, it } from '@jest/globals';
import { makeJudgePanel, paperNodes, type Judge } from '../../nodes/index.ts';
import { ScriptedChat } from './chat.ts';

const reads = {
  query: 'q',
  response: 'r',
  reasoning: '',
  rewards: [{ name: 'Clarity', scoring: '' }],
  stage: 'prompt' as const,
};
const says =
  (score: number | null): Judge =>
  async () =>
    score === null
      ? { evaluation: {}, missing: 'mute' }
      : { evaluation: { Clarity: { rationale: `says ${score}`, score } } };

it('takes the median, and the remarks of the judge nearest to it', async () => {
  const { evaluation } = await makeJudgePanel([says(1), says(4), says(5)])(reads);
  expect(evaluation).toEqual({ Clarity: { rationale: 'says 4', score: 4 } });
  expect((await makeJudgePanel([says(2), says(5)])(reads)).evaluation['Clarity']?.score).toBe(3.5);
});

it('continues without an unreadable judge, and is missing only if all are unreadable', async () => {
  expect((await makeJudgePanel([says(null), says(3)])(reads)).evaluation['Clarity']?.score).toBe(3);
  expect(await makeJudgePanel([says(null), says(null)])(reads)).toEqual({ evaluation: {}, missing: 'mute' });
});

it('recognizes an aspect however a judge writes its name, and keeps an aspect that only one judge scored', async () => {
  const named =
    (...entries: [string, number][]): Judge =>
    async () => ({ evaluation: Object.fromEntries(entries.map(([a, score]) => [a, { rationale: a, score }])) });
  const asked = { ...reads, rewards: ['Clarity', 'Critical-Thinking'].map((name) => ({ name, scoring: '' })) };
  const panel = makeJudgePanel([
    named(['critical thinking', 2], ['CLARITY', 5]),
    named(['Clarity', 3], ['Critical-Thinking', 4]),
    named(['clarity ', 4], ['Depth', 1]),
  ]);
  const { evaluation } = await panel(asked);
  expect(Object.entries(evaluation).map(([a, s]) => [a, s.score])).toEqual([
    ['Clarity', 4],
    ['Critical-Thinking', 3],
    ['Depth', 1],
  ]);
});

it('makes one node of several judges that are asked several times', async () => {
  const model = (score: number) => new ScriptedChat(() => [`{"Clarity": {"rationale": "x", "score": ${score}}}`]);
  const judges = [model(2), model(5)];
  const other = model(1);
  const { judge } = paperNodes(
    { base: other, reward: other, optimizer: other, judge: judges },
    { judge: { samples: 3 } },
  );
  expect((await judge(reads)).evaluation['Clarity']?.score).toBe(3.5);
  expect(judges.map((j) => j.asked.length)).toEqual([3, 3]);
});
