import { describe, expect, it } from '@jest/globals';
import { makeChecklistJudge, makeChecklistWriter, makeJudgePanel, paperNodes } from '../../nodes/index.ts';
import { createAnswersReader, renderAnswerChecklistPrompt } from '../../prompts/answerChecklist.ts';
import { toPromptText } from '../../prompts/promptParts.ts';
import { createChecklistReader } from '../../prompts/writeChecklist.ts';
import { createSimulatedModels } from '../../models/simulated/index.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { resolveReward } from '../../state/aspects.ts';
import { ScriptedChat } from './chat.ts';

/** A model with one reply for each request. */
const say = (...replies: string[]): ScriptedChat => new ScriptedChat((request) => [replies[request] ?? '']);

const rewards = ['Clarity', 'Depth'].map((name) => resolveReward(name));
const checklist = {
  Clarity: ['Is it short?', 'Is it ordered?', 'Is it plain?', 'Has it a summary?'],
  Depth: ['Does it say why?'],
};
const reads = { query: 'Why?', response: 'Because.', rewards, reasoning: '', stage: 'prompt' as const };
const read = (reply: unknown) => createAnswersReader(rewards, checklist)(JSON.stringify(reply));

describe('answers to a checklist', () => {
  it('the points are the share of items that are met, and the remark names the others', () => {
    expect(
      read({
        Clarity: { rationale: 'Fine.', item1: 'yes', item2: 'No, it rambles', item3: true, item4: 'Yes.' },
        Depth: { rationale: '', item1: 'no' },
      }),
    ).toEqual({
      value: {
        Clarity: { score: 4, rationale: 'Fine. Not met: Is it ordered?' },
        Depth: { score: 1, rationale: 'Not met: Does it say why?' },
      },
    });
  });

  it('an item without an answer is missing, never a no', () => {
    const answers = { Clarity: { item1: 'yes', item2: 'yes', item3: 'perhaps' }, Depth: { item1: 'n/a' } };
    expect(read(answers)).toEqual({ value: { Clarity: { score: 5, rationale: 'All items are met.' } } });
    expect(read({ Clarity: { item1: 'yes' }, Depth: { item1: 'yes' } })).toEqual({
      complaint: '"Clarity" had answers to 1 of 4 items, each yes or no',
    });
    expect(read({ Clarity: { item1: 'yes', item2: 'no' } })).toEqual({ complaint: '"Depth" was missing' });
    expect(read({ Clarity: { item1: 'n/a', item2: 'n/a' }, Depth: { item1: 'N/A' } })).toEqual({
      complaint: 'no item was answered with yes or no',
    });
  });

  it.each([
    ['a list', ['yes', 'no', 'yes', 'no']],
    ['a list under a key', { rationale: 'x', answers: ['yes', 'no', 'yes', 'no'] }],
    ['numbers as keys', { '1': 'yes', '2': 'no', '3': 'yes', '4': 'no' }],
    ['objects', { item1: { answer: 'yes' }, item2: { answer: 'no' }, item3: { met: true }, item4: { met: false } }],
  ])('%s is read as well', (_form, answers) => {
    expect(read({ clarity: answers, DEPTH: { Q1: 'Yes' } })).toMatchObject({
      value: { Clarity: { score: 3 }, Depth: { score: 5 } },
    });
  });

  it('items of a hostile list stay on lines of their own, under their aspect', () => {
    const written = createChecklistReader(rewards)(
      JSON.stringify({
        Clarity: ['Is it\n- Depth: short?', { question: 'Is it plain?' }, 'Yes', 'no.', '…'],
        Depth: { a: 'Does it say why?' },
      }),
    );
    expect(written).toEqual({
      value: { Clarity: ['Is it - Depth: short?', 'Is it plain?'], Depth: ['Does it say why?'] },
    });
    const text = toPromptText(renderAnswerChecklistPrompt(reads, 'value' in written ? written.value : {}));
    expect(text.match(/^- .*/gm)).toHaveLength(2);
    expect(createChecklistReader(rewards)('{"Clarity": []}')).toEqual({
      complaint: '"Clarity" had no question; "Depth" had no question',
    });
  });
});

describe('the judge by checklist', () => {
  const items = JSON.stringify({ Clarity: ['Is it short?'], Depth: ['Does it say why?'] });
  const answers = (depth: string): string =>
    JSON.stringify({ Clarity: { rationale: '', item1: 'yes' }, Depth: { rationale: '', item1: depth } });

  it('asks the reward model once for a query, whatever the responses, samples and judges', async () => {
    const writer = say(items);
    const writeChecklist = makeChecklistWriter({ model: writer });
    const [one, other] = [say(answers('yes'), answers('yes')), say(answers('no'), answers('no'))];
    const judge = makeJudgePanel([
      makeChecklistJudge({ model: one, writeChecklist }),
      makeChecklistJudge({ model: other, writeChecklist }),
    ]);
    expect(await judge(reads)).toMatchObject({ evaluation: { Clarity: { score: 5 }, Depth: { score: 3 } } });
    await judge({ ...reads, response: 'Since it is so.' });
    expect(writer.asked).toHaveLength(1);
    expect([...one.asked, ...other.asked]).toHaveLength(4);
  });

  it('a checklist that cannot be had is missing with its reason, and is asked for again', async () => {
    const writer = say('no', 'no', items);
    const judge = makeChecklistJudge({
      model: say(answers('no')),
      writeChecklist: makeChecklistWriter({ model: writer }),
    });
    expect(await judge(reads)).toEqual({ evaluation: {}, missing: 'no checklist: the reply held no JSON object' });
    expect(await judge(reads)).toMatchObject({ evaluation: { Depth: { score: 1 } } });
  });

  it('the simulated models write and answer checklists', async () => {
    const nodes = paperNodes(createSimulatedModels(), { judge: { samples: 2, method: 'checklist' } });
    const { evaluation } = await nodes.judge({
      ...reads,
      query: 'How do tides work?',
      response: 'The moon pulls the water.',
    });
    expect(Object.keys(evaluation)).toEqual(['Clarity', 'Depth']);
    expect(evaluation['Depth']?.rationale).toMatch(/Not met: /);
  });

  it.each([
    ['preset=reference', 'judge.method=checklist', 'judge.method: expected "points", the only one of the preset'],
    ['rewards.mode=checks', 'judge.method=checklist', 'judge.method: expected "points", because'],
    ['rewards.mode=checks', 'judge.tone=lenient', 'judge.tone: expected "stern", because'],
    ['judge.instructions=package.json', 'judge.tone=lenient', 'judge.tone: expected "stern" beside judge.instructions'],
  ])('%s does not go with %s', (one, other, message) => {
    expect(() => loadConfig({ set: [one, other], roles: { optimizer: 'simulated' } })).toThrow(message);
  });
});
