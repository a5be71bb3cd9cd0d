import { expect, it } from '@jest/globals';
import { AIMessage, HumanMessage, SystemMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import { FakeListChatModel, FakeLLM } from '@langchain/core/utils/testing';
import fc from 'fast-check';
import {
  createAlignedModel,
  createLexicalRetriever,
  makeRespond,
  makeRetrieveExamples,
  type Layout,
} from '../../nodes/index.ts';
import { ScriptedChat } from './chat.ts';

const artifact = {
  prompt: 'Be clear. {x} [QUERY]',
  examples: [
    { query: 'How do tides work?', answer: 'The moon pulls.' },
    { query: 'What is a loan?', answer: 'Money lent.' },
    { query: 'Why do cats purr?', answer: 'Nobody knows.' },
  ],
  k: 2,
};
const bytes = (messages: readonly BaseMessage[] | undefined): string =>
  JSON.stringify(messages?.map((m) => [m.type, m.content]));

/** What a judged response was asked with. */
async function judged(query: string, layout: Layout, given = artifact): Promise<ScriptedChat> {
  const model = new ScriptedChat(() => [' an answer\n']);
  const { exampleIndices } = await makeRetrieveExamples({ retriever: createLexicalRetriever(), k: given.k })({
    queries: [query],
    examples: given.examples,
  });
  const examples = (exampleIndices[0] ?? []).flatMap((i) => given.examples[i] ?? []);
  await makeRespond({ model, layout })({ prompt: given.prompt, query, examples });
  return model;
}

it.each(['chat', 'split', 'plain'] as const)('sends exactly what the search judged (%s)', async (layout) => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.string({ unit: 'binary' }),
      async (query, prompt) => {
        const given = { ...artifact, prompt };
        const model = new ScriptedChat(() => [' an answer\n']);
        const said = await createAlignedModel(model, given, { layout }).invoke(query);
        expect(bytes(model.asked[0])).toBe(bytes((await judged(query, layout, given)).asked[0]));
        expect(said.content).toBe(layout === 'chat' ? ' an answer\n' : 'an answer');
      },
    ),
    { numRuns: 40 },
  );
});

it('treats a user message like its text', async () => {
  const model = new ScriptedChat(() => ['x']);
  await createAlignedModel(model, artifact).invoke([new HumanMessage('Why does the moon pull tides?')]);
  expect(bytes(model.asked[0])).toBe(bytes((await judged('Why does the moon pull tides?', 'chat')).asked[0]));
  expect(model.asked[0]?.[1]?.content).toBe('How do tides work?');
});

it('puts the prompt and the examples for the last user message before a conversation, and the caller’s system text after the prompt', async () => {
  const model = new ScriptedChat(() => ['x']);
  const image = new HumanMessage({ content: [{ type: 'image_url', image_url: { url: 'data:,' } }] });
  const tool = new ToolMessage({ content: '3 %', tool_call_id: 'a' });
  const call = new AIMessage({ content: '', tool_calls: [{ id: 'a', name: 'rate', args: {} }] });
  const talk = [new SystemMessage('Speak as a pirate.'), image, call, tool, new HumanMessage('And a loan?')];
  await createAlignedModel(model, artifact, { k: 1 }).invoke(talk);
  const [system, shot, answer, ...rest] = model.asked[0] ?? [];
  expect([system?.content, shot?.content, answer?.content]).toEqual([
    'Be clear. {x} [QUERY]\n\nSpeak as a pirate.',
    'What is a loan?',
    'Money lent.',
  ]);
  expect(rest).toEqual([image, call, tool, talk[4]]);
});

it('turns earlier turns into further examples if the layout is plain', async () => {
  const model = new FakeLLM({ response: '\n an answer \n' });
  const asked: string[] = [];
  const talk = [new HumanMessage('Hi.'), new AIMessage('Hello.'), new HumanMessage('And'), new HumanMessage('a loan?')];
  const callbacks = [{ handleLLMStart: (_: unknown, prompts: string[]) => void asked.push(...prompts) }];
  expect((await createAlignedModel(model, artifact, { k: 1 }).invoke(talk, { callbacks })).content).toBe('an answer');
  expect(asked[0]).toBe(
    '# instructions\n\nBe clear. {x} [QUERY]\n\n# Query:\nWhat is a loan?\n\n#Answer:\n<START>\nMoney lent.\n<END>\n\n' +
      '#Query:\nHi.\n\n#Answer:\n<START>\nHello.\n<END>\n\n# Query:\nAnd\n\na loan?\n\n# Answer:\n<START>',
  );
  await expect(createAlignedModel(model, artifact).invoke([...talk, new AIMessage('Yes')])).rejects.toThrow(
    'at the end',
  );
  const tool = new ToolMessage({ content: 'x', tool_call_id: 'a' });
  await expect(createAlignedModel(model, artifact).invoke([tool, ...talk])).rejects.toThrow('layout is plain');
});

it('refuses messages without one of the user', async () => {
  await expect(createAlignedModel(new FakeLLM({}), artifact).invoke([new AIMessage('Hi')])).rejects.toThrow(
    'expected a user message',
  );
});

it('streams its answer', async () => {
  const stream = async (answer: string): Promise<unknown[]> => {
    const model = createAlignedModel(new FakeListChatModel({ responses: [answer] }), artifact);
    const parts: unknown[] = [];
    for await (const part of await model.stream('Hi?')) parts.push(part.content);
    return parts;
  };
  expect(await stream('xyz')).toEqual(['x', 'y', 'z']);
  // "a" could begin a channel of thoughts, "analysis"
  expect(await stream('abc')).toEqual(['', 'ab', 'c']);
});
