import { expect, it } from '@jest/globals';
import { removeAnswerThoughts } from '../../../server/openai/removeAnswerThoughts.ts';
import { THINKING } from '../../prompts/thinking.ts';

const EVENTS = { headers: { 'content-type': 'text/event-stream' } };
const JSON_TYPE = { headers: { 'content-type': 'application/json' } };

/** What a client gets of an answer that streams in these deltas. */
async function stream(
  deltas: readonly object[],
  habit = { beginsInThought: false },
  isFinished = true,
): Promise<string> {
  const chunks = deltas.map((delta) => ({ id: 'c', choices: [{ index: 0, delta, finish_reason: null }] }));
  const last = isFinished ? [{ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }] : [];
  const text = [...chunks, ...last].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('') + 'data: [DONE]\n\n';
  // the network cuts where it likes, also inside a character
  const bytes = new TextEncoder().encode(text);
  const parts = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (let i = 0; i < bytes.length; i += 7) controller.enqueue(bytes.slice(i, i + 7));
      controller.close();
    },
  });
  return (await removeAnswerThoughts(new Response(parts, EVENTS), habit)).text();
}

const readDeltas = (events: string): string =>
  [...events.matchAll(/^data: (\{.*\})$/gm)]
    .map(
      ([, data = '']) =>
        (JSON.parse(data) as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content ?? '',
    )
    .join('');
const cut = (text: string): object[] => (text.match(/[\s\S]{1,5}/g) ?? []).map((content) => ({ content }));

it('a whole answer shows no thought, wherever it stands', async () => {
  for (const write of THINKING) {
    const message = {
      role: 'assistant',
      content: write('SECRET', 'Drink wäter.'),
      reasoning_content: 'SECRET',
      reasoning: 'SECRET',
      reasoning_details: [{ text: 'SECRET' }],
    };
    const body = { id: 'x', choices: [{ index: 0, message, finish_reason: 'stop' }], usage: { total_tokens: 9 } };
    const answer = await removeAnswerThoughts(new Response(JSON.stringify(body), JSON_TYPE), {
      beginsInThought: false,
    });
    expect(await answer.json()).toEqual({
      ...body,
      choices: [{ index: 0, message: { role: 'assistant', content: 'Drink wäter.' }, finish_reason: 'stop' }],
    });
  }
});

it('an answer that streams shows no thought, and all of the answer', async () => {
  for (const write of THINKING.filter((w) => /^\s*[<[◁]/.test(w('t', 'a')))) {
    for (const isFinished of [true, false]) {
      const events = await stream(cut(write('SECRET', 'Drink wäter.\n<')), undefined, isFinished);
      expect(readDeltas(events)).toBe('Drink wäter.\n<');
      expect(events).toMatch(/data: \[DONE\]\n\n$/);
    }
  }
});

it('thoughts beside the content, or as its parts, are left out', async () => {
  const deltas = [
    { role: 'assistant', reasoning_content: 'SECRET' },
    { reasoning: 'SECRET' },
    { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'SECRET' }] }] },
    { content: 'Drink.' },
  ];
  const events = await stream(deltas);
  expect(events).not.toContain('SECRET');
  expect(events).toContain('"content":"Drink."');
});

it('an answer whose template opens the thought is held until its end if that is known, and known from then on', async () => {
  const habit = { beginsInThought: false };
  await stream(cut('SECRET\n</think>\n\nDrink.'), habit);
  expect(habit.beginsInThought).toBe(true);
  expect(readDeltas(await stream(cut('SECRET\n</think>\n\nDrink.'), habit))).toBe('Drink.');
  expect(readDeltas(await stream(cut('Drink.'), habit))).toBe('Drink.');
});

it('an answer without thoughts passes through byte for byte, as do errors', async () => {
  const habit = { beginsInThought: false };
  const odd =
    ': odd\r\n\r\ndata: { "choices":[{"index":0, "delta":{"content":"Hé <b>"}}]}\n\ndata: nonsense {\n\ndata: [DONE]\n\n';
  expect(await (await removeAnswerThoughts(new Response(odd, EVENTS), habit)).text()).toBe(odd);
  const whole = '{ "choices":[{"message":{"content":"Use <think> and </think>.", "tool_calls": [1]}}] }';
  expect(await (await removeAnswerThoughts(new Response(whole, JSON_TYPE), habit)).text()).toBe(whole);
  const error = new Response('<think>', { status: 500 });
  expect(await removeAnswerThoughts(error, habit)).toBe(error);
});
