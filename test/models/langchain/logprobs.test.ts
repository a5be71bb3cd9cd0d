import { expect, it } from '@jest/globals';
import { HumanMessage } from '@langchain/core/messages';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { ChatOpenAI } from '@langchain/openai';
import { Gateway, toChatTransport } from '../../../models/index.ts';
import { chat, serve } from '../fake.ts';

const prompt = { messages: [new HumanMessage('4 or 5?')] };

it('a model of LangChain that was made with logprobs gives the odds of digits', async () => {
  const top = [0.75, 0.25].map((p, i) => ({ token: String(4 + i), logprob: Math.log(p), bytes: null }));
  const { url } = await serve(() => {
    const reply = chat('4');
    const logprobs = {
      content: [{ token: '4', logprob: Math.log(0.75), bytes: null, top_logprobs: top }],
      refusal: null,
    };
    return { ...reply, choices: reply.choices.map((choice) => ({ ...choice, logprobs })) };
  });
  const model = new ChatOpenAI({
    model: 'm',
    apiKey: 'none',
    logprobs: true,
    topLogprobs: 5,
    configuration: { baseURL: url },
  });
  const transport = toChatTransport(model);
  expect(transport.givesOdds).toBe(true);
  const { digits } = await transport.send({ prompt, n: 1, sample: 0, odds: 'alone' });
  expect(digits).toEqual([[{ at: 0, odds: [0, 0, 0, 0.75, 0.25] }]]);
});

it('any other model gives none, which is noted once and without a call', () => {
  const gateway = new Gateway();
  const judge = gateway.manage('judge', toChatTransport(new FakeListChatModel({ responses: ['4'] })));
  expect([judge.digitOdds.areGiven(), judge.digitOdds.areGiven()]).toEqual([false, false]);
  const { adjustments, calls } = gateway.getUsageTotals();
  expect(adjustments).toEqual([{ role: 'judge', parameter: 'logprobs', sentAs: null }]);
  expect(calls.judge).toBe(0);
});
