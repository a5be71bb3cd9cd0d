import { describe, expect, it } from '@jest/globals';
import { AIMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import { RunnableLambda } from '@langchain/core/runnables';
import { Annotation, MemorySaver, MessagesAnnotation, StateGraph } from '@langchain/langgraph';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drpo } from '../graphs/index.ts';
import { createSimulatedModels } from '../models/simulated/index.ts';
import { makeAgentRespond, paperNodes, type MessageAgent } from '../nodes/index.ts';
import { loadConfig } from '../run/config/loadConfig.ts';
import { optimize } from '../run/optimize.ts';
import { getPrice } from '../examples/agents/prices.ts';
import { chat, serve, type Seen } from './models/fake.ts';

const reads = { prompt: 'Be kind.', query: 'Hi?', examples: [{ query: 'Q?', answer: 'A.' }] };
const called = (name: string, args: Record<string, unknown>, id = name): AIMessage =>
  new AIMessage({ content: '', tool_calls: [{ id, name, args }] });
const answered = (content: string, id: string): ToolMessage => new ToolMessage({ content, tool_call_id: id });

/** A graph that calls a tool once and then answers. */
const graph = new StateGraph(MessagesAnnotation)
  .addNode('agent', ({ messages }) => ({
    messages: [called('price', { item: 'mug' }), answered('7', 'price'), new AIMessage(`${messages.length} read`)],
  }))
  .addEdge('__start__', 'agent')
  .addEdge('agent', '__end__')
  .compile();

describe('an agent in the place of respond', () => {
  it.each<[string, MessageAgent, object]>([
    ['a graph', graph, { response: '4 read', toolCalls: [{ name: 'price', args: { item: 'mug' }, result: '7' }] }],
    ['a graph with settings', graph.withConfig({ tags: ['a'] }), { response: '4 read' }],
    [
      'a Runnable that returns a text',
      RunnableLambda.from((m: BaseMessage[]) => `${m.length} read`),
      { response: '4 read' },
    ],
    [
      'one that returns a message',
      RunnableLambda.from(() => new AIMessage('Yes.')),
      { response: 'Yes.', toolCalls: [] },
    ],
    [
      'one that returns what it said',
      RunnableLambda.from(() => [called('a', {}), called('b', { x: 1 }), answered('B', 'b'), new AIMessage('Done.')]),
      {
        response: 'Done.',
        toolCalls: [
          { name: 'a', args: {} },
          { name: 'b', args: { x: 1 }, result: 'B' },
        ],
      },
    ],
    [
      'one that returns a state with the messages it got',
      RunnableLambda.from((m: BaseMessage[]) => ({ messages: [...m, new AIMessage('Yes.')] })),
      { response: 'Yes.', toolCalls: [] },
    ],
    ['one with a thought', RunnableLambda.from(() => '<think>Well.</think>Yes.'), { response: 'Yes.' }],
    [
      'one that returns nothing',
      RunnableLambda.from(() => ''),
      { response: '', missing: expect.stringMatching(/no response/) },
    ],
    [
      'one that only calls a tool',
      RunnableLambda.from(() => called('a', {})),
      { response: '', missing: expect.stringMatching(/no response/), toolCalls: [{ name: 'a', args: {} }] },
    ],
    [
      'one that fails',
      RunnableLambda.from(() => {
        throw new Error('the shop is shut');
      }),
      { response: '', missing: 'no response: the shop is shut' },
    ],
  ])('may be %s', async (_name, agent, expected) => {
    expect(await makeAgentRespond(agent)(reads)).toMatchObject(expected);
  });

  it('ends the run if what it returns is no answer at all', async () => {
    const wrong = RunnableLambda.from(() => 7);
    await expect(makeAgentRespond(wrong)(reads)).rejects.toThrow(
      /expected a message of the assistant, a text or a state/,
    );
  });

  it('is a model of paperNodes, or a node of drpo, and has no part in the search’s checkpoints', async () => {
    const seen: number[] = [];
    const State = Annotation.Root({
      ...MessagesAnnotation.spec,
      count: Annotation<number>({ reducer: (_, n) => n, default: () => 0 }),
    });
    const counting = new StateGraph(State)
      .addNode('agent', ({ count, messages }) => {
        seen.push(count);
        return { count: count + 1, messages: [new AIMessage(`An answer to ${messages.at(-1)?.text}`)] };
      })
      .addEdge('__start__', 'agent')
      .addEdge('agent', '__end__')
      .compile();
    const models = createSimulatedModels();
    const queries = ['How do tides work?', 'Plan a picnic.', 'What is a loan?'];
    const checkpointer = new MemorySaver();
    const search = drpo({ ...paperNodes(models), respond: counting }, { depth: 2, final: null, checkpointer });
    const { bestPrompt } = await search.invoke({ queries, examples: [] }, { configurable: { thread_id: 'a' } });
    const other = await drpo(paperNodes({ ...models, base: counting }), { depth: 2, final: null }).invoke({
      queries,
      examples: [],
    });
    expect([bestPrompt, other.bestPrompt]).toEqual([expect.any(String), bestPrompt]);
    expect(new Set(seen)).toEqual(new Set([0]));
  });
});

const folder = join(import.meta.dirname, '../examples/agents');
const TOOL_PROMPT = 'Look up each price with the tool. Then multiply.';
const rewrite = (body: Record<string, unknown>): object =>
  chat(
    ...Array<string>(Number(body['n'] ?? 1)).fill(
      JSON.stringify({ analysis: '', thought: '', new_system_prompt: TOOL_PROMPT }),
    ),
  );
const countOrdered = (text: string): number => Number(/\d+/.exec(text)?.[0]);

/** Answers with a guess, or with a call of the tool and then the sum if the system prompt says so. */
function answerWithTools({ body }: Seen): object {
  const messages = body['messages'] as { role: string; content: string }[];
  if (JSON.stringify(messages).includes('You improve the system prompt')) return rewrite(body);
  const query = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  if (messages[0]?.content !== TOOL_PROMPT) return chat('I guess 10 euros.');
  const result = messages.findLast(({ role }) => role === 'tool')?.content;
  if (result !== undefined) return chat(`${countOrdered(query) * countOrdered(result)} euros.`);
  const item = /(mug|teapot|kettle|spoon|tray|jar)/.exec(query)?.[0];
  const call = { id: 'c', type: 'function', function: { name: 'price', arguments: JSON.stringify({ item }) } };
  return {
    choices: [
      { index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', content: null, tool_calls: [call] } },
    ],
  };
}

describe('the examples of agents', () => {
  it('graphAgent finds by rules alone a prompt that makes it call its tool, and proves it on fresh queries', async () => {
    const { url } = await serve(answerWithTools);
    process.env['AGENT_BASE_URL'] = url;
    const config = loadConfig({
      file: join(folder, 'graphAgent.yaml'),
      override: { 'models.optimizer': { model: 'm', baseUrl: url } },
    });
    const run = await optimize({ config, folder: mkdtempSync(join(tmpdir(), 'drpo-agent-')) });
    delete process.env['AGENT_BASE_URL'];
    expect(run.bestPrompt).toBe(TOOL_PROMPT);
    expect(run.verdict).toMatchObject({ outcome: 'better', judge: null });
    expect(run.verdict?.mean).toBeGreaterThan(3);
    const best = run.nodes.find(({ prompt, toolCalls }) => prompt === TOOL_PROMPT && toolCalls !== undefined);
    expect(best?.toolCalls).toEqual([
      { name: 'price', args: { item: expect.any(String) }, result: expect.stringMatching(/costs \d+/) },
    ]);
    expect(run.nodes[0]?.toolCalls).toEqual([]);
  });

  it('textAgent shows its calls of the tool to the judge, and they are kept as all calls are', async () => {
    const judged: string[] = [];
    const { url } = await serve(({ body }) => {
      const messages = body['messages'] as { role: string; content: string }[];
      const text = messages.map(({ content }) => content).join('\n');
      if (text.includes('You improve the system prompt')) return rewrite(body);
      if (text.includes('impartial judge')) {
        judged.push(text);
        const score = text.includes('<tool-call>') ? 5 : 2;
        return chat(JSON.stringify({ Factuality: { rationale: 'r', score }, 'Tool use': { rationale: 'r', score } }));
      }
      if (messages[0]?.content !== TOOL_PROMPT) return chat('I guess 10 euros.');
      const last = messages.at(-1)?.content ?? '';
      return chat(
        last.startsWith('RESULT: ')
          ? `It is ${last}`
          : `PRICE: ${/(mug|teapot|kettle|spoon|tray|jar)/.exec(last)?.[0]}`,
      );
    });
    const config = loadConfig({
      file: join(folder, 'textAgent.yaml'),
      override: { 'models.optimizer': { model: 'm', baseUrl: url } },
    });
    const run = await optimize({ config, folder: mkdtempSync(join(tmpdir(), 'drpo-agent-')) });
    expect(run.bestPrompt).toBe(TOOL_PROMPT);
    const shown = judged.find((text) => text.includes('<tool-call>')) ?? '';
    expect(shown).toMatch(
      /<tool>\nprice\n<\/tool>\n<arguments>\n\{"item":"\w+"\}\n<\/arguments>\n<result>\nA \w+ costs/,
    );
    expect(judged.some((text) => text.includes('the assistant called no tool'))).toBe(true);
    expect(run.calls?.['base']).toBeGreaterThan(10);
    expect(getPrice('teapot')).toBe('A teapot costs 23 euros.');
    expect(readFileSync(join(folder, 'orders.jsonl'), 'utf8').trim().split('\n')).toHaveLength(36);
  });
});
