import { expect, it } from '@jest/globals';
import {
  makeJudge,
  makeRewriteSystemPrompt,
  makeSelectRewards,
  rejectDuplicate,
  rejectEmpty,
  rejectOversized,
} from '../../nodes/index.ts';
import { readReferenceReply } from '../../prompts/referenceReply.ts';
import { ScriptedChat } from './chat.ts';

const rewards = [{ name: 'Clarity', scoring: 's' }];
const reads = { query: 'q', response: 'r', reasoning: '', rewards, stage: 'prompt' as const };
const good = '{"Clarity": {"rationale": "plain", "score": 4}}';

it('sends an unreadable reply back once, with the complaint', async () => {
  const model = new ScriptedChat((n) => [n === 0 ? 'four of five' : good]);
  const told: unknown[] = [];
  expect(await makeJudge({ model, onUnreadable: (e) => told.push(e) })(reads)).toHaveProperty(
    'evaluation.Clarity.score',
    4,
  );
  expect(model.asked).toHaveLength(2);
  expect(model.asked[1]?.map((m) => m.type)).toEqual(['system', 'human', 'ai', 'human']);
  expect(model.text(1)).toContain('no JSON object');
  expect(told).toMatchObject([{ step: 'judge', complaint: 'the reply held no JSON object', repaired: true }]);
});

it('reports a judgement as missing, with its reason, if the second reply is unreadable too', async () => {
  const model = new ScriptedChat(() => ['no']);
  expect(await makeJudge({ model })(reads)).toEqual({ evaluation: {}, missing: 'the reply held no JSON object' });
  expect(model.asked).toHaveLength(2);
});

it('asks once and reads strictly in the reference', async () => {
  const model = new ScriptedChat(() => [`Here: ${good}`]);
  expect(await makeJudge({ model, reader: () => readReferenceReply, repairs: 0 })(reads)).toMatchObject({
    evaluation: {},
  });
  expect(model.asked).toHaveLength(1);
});

it('returns the failure of one call, and throws what concerns the whole run', async () => {
  const failing = (error: Error) =>
    new ScriptedChat(() => {
      throw error;
    });
  expect(await makeJudge({ model: failing(new Error('too long')) })(reads)).toEqual({
    evaluation: {},
    missing: 'too long',
  });
  for (const error of [
    Object.assign(new Error('no key'), { status: 401 }),
    Object.assign(new Error('spent'), { name: 'BudgetExceededError' }),
  ])
    await expect(makeJudge({ model: failing(error) })(reads)).rejects.toThrow(error.message);
});

it('requests the completions that the first request does not return', async () => {
  const model = new ScriptedChat((n) => [JSON.stringify({ new_system_prompt: `prompt ${n}` })]);
  const rewrite = makeRewriteSystemPrompt({ model });
  const out = await rewrite({ prompt: 'p', history: [], query: 'q', response: 'r', evaluation: {}, actions: 3 });
  expect(out.prompts).toEqual(['prompt 0', 'prompt 1', 'prompt 2']);
});

it('rejects empty, oversized and repeated prompts, and says why', async () => {
  const texts = [' ', 'x'.repeat(41), 'p', 'new', 'new ', 'one\\n- two'];
  const model = new ScriptedChat(() => texts.map((t) => JSON.stringify({ new_system_prompt: t })));
  const rewrite = makeRewriteSystemPrompt({ model, guards: [rejectEmpty, rejectOversized(10), rejectDuplicate] });
  const out = await rewrite({
    prompt: 'p',
    history: ['p'],
    query: 'q',
    response: 'r',
    evaluation: {},
    actions: texts.length,
  });
  expect(out.prompts).toEqual(['new', 'one\n- two']);
  expect(out.rejected.map((r) => r.reason)).toEqual(['empty', 'oversized', 'duplicate', 'duplicate']);
});

it('gives a new aspect its own scoring text, or a general one', async () => {
  const reply = {
    aspects_selection: {
      reasoning: 'r',
      selected_aspects: ['clarity', 'Rhyme', 'Metre'],
      new_aspects: { Rhyme: '5 when all lines rhyme; 1 when none does.' },
    },
  };
  const choice = await makeSelectRewards({ model: new ScriptedChat(() => [JSON.stringify(reply)]) })({
    query: 'q',
    stage: 'prompt',
  });
  expect(choice.rewards.map((r) => r.name)).toEqual(['Clarity', 'Rhyme', 'Metre']);
  expect(choice.rewards[1]?.scoring).toBe('5 when all lines rhyme; 1 when none does.');
  expect(choice.rewards[2]?.scoring).toContain('Metre');
});

it('uses the five fixed aspects if the reply is unreadable, and says why', async () => {
  const choice = await makeSelectRewards({ model: new ScriptedChat(() => ['?']) })({ query: 'q', stage: 'prompt' });
  expect(choice.rewards).toHaveLength(5);
  expect(choice.missing).toBe('the reply held no JSON object');
});
