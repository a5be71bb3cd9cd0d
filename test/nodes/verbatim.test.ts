import { expect, it } from '@jest/globals';
import { FakeLLM } from '@langchain/core/utils/testing';
import fc from 'fast-check';
import {
  makeJudge,
  makeRespond,
  makeRewriteExample,
  makeRewriteSystemPrompt,
  makeSelectRewards,
} from '../../nodes/index.ts';
import { toPlainParts } from '../../prompts/respond.ts';
import { unwrapPrompt } from '../../prompts/unwrapPrompt.ts';
import { ScriptedChat } from './chat.ts';

/** Texts that templates, parsers and terminals trip over. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '[QUERY]',
        '[OUTPUT]',
        '{x}',
        '{{x}}',
        '${x}',
        '$&',
        '$1',
        '$$',
        '<END>',
        '<START>',
        '</query>',
        '</system-prompt>',
        '__proto__',
        'constructor',
        '\u0000',
        '\u001b[2J',
        '\ud800',
        '\udc00',
        '\\n',
        '"',
        '```',
        'a',
      ),
      { minLength: 1, maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);
const runs = { numRuns: 60 };

it('the judge receives the query and the response unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, async (query, response, reasoning) => {
      const model = new ScriptedChat(() => ['{"Clarity": {"rationale": "r", "score": 3}}']);
      const { evaluation } = await makeJudge({ model })({
        query,
        response,
        reasoning,
        rewards: [{ name: 'Clarity', scoring: 's' }],
        stage: 'prompt',
      });
      for (const text of [query, response, reasoning]) expect(model.text()).toContain(text);
      expect(evaluation).toEqual({ Clarity: { rationale: 'r', score: 3 } });
    }),
    runs,
  );
});

it('the optimizer receives prompt, history, query, response and remarks unchanged, and its rewrite comes back unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, hostile, async (prompt, query, response, rationale) => {
      const written = `${prompt}\n${rationale}`;
      const unwrapped = unwrapPrompt(written);
      fc.pre('value' in unwrapped && unwrapped.value === written); // what stands around a prompt is removed
      const model = new ScriptedChat(() => [JSON.stringify({ analysis: '', thought: '', new_system_prompt: written })]);
      const reads = {
        prompt,
        query,
        response,
        evaluation: { Depth: { rationale, score: 2 } },
        history: [response, prompt],
        actions: 1,
      };
      expect(await makeRewriteSystemPrompt({ model })(reads)).toEqual({ prompts: [written], rejected: [] });
      for (const text of [prompt, query, response, rationale]) expect(model.text()).toContain(text);
    }),
    runs,
  );
});

it('the base model receives prompt, examples and query unchanged, in turns or plain text, and its answer comes back unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, hostile, async (prompt, query, shown, answer) => {
      const reads = { prompt, query, examples: [{ query: shown, answer }] };
      fc.pre(answer.trim() !== '');
      const chat = new ScriptedChat(() => [answer]);
      expect(await makeRespond({ model: chat })(reads)).toEqual({ response: answer });
      expect(chat.asked[0]?.map((m) => m.text)).toEqual([prompt, shown, answer, query]);
      const { head, tail } = toPlainParts(reads);
      for (const text of [prompt, shown, answer]) expect(head).toContain(text);
      expect(tail).toContain(query);
    }),
    runs,
  );
});

it('the other steps send and return texts unchanged too', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, async (query, response, rationale) => {
      const reward = new ScriptedChat(() => [
        '{"aspects_selection": {"reasoning": "", "selected_aspects": ["Clarity", "Depth"]}}',
      ]);
      await makeSelectRewards({ model: reward })({ query, stage: 'prompt' });
      expect(reward.text()).toContain(query);
      const optimizer = new ScriptedChat(() => [JSON.stringify({ new_response: `x${response}` })]);
      const rewritten = await makeRewriteExample({ model: optimizer })({
        query,
        response,
        evaluation: { Depth: { rationale, score: 1 } },
      });
      expect(rewritten).toEqual({ response: `x${response}` });
      for (const text of [query, response, rationale]) expect(optimizer.text()).toContain(text);
    }),
    runs,
  );
});

it('a completion model is asked in plain text, and its answer is trimmed', async () => {
  const respond = makeRespond({ model: new FakeLLM({ response: '\n an answer \n' }) });
  expect(await respond({ prompt: 'p', query: 'q', examples: [] })).toEqual({ response: 'an answer' });
});
