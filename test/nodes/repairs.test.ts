import { describe, expect, it } from '@jest/globals';
import { createOpenAIChat } from '../../models/openai/openaiTransports.ts';
import { Gateway } from '../../models/gateway/gateway.ts';
import type { OutputMode } from '../../models/transport.ts';
import { makeJudge, type JudgeOptions, type UnreadableReply } from '../../nodes/index.ts';
import { chat, serve } from '../models/fake.ts';

const rewards = [{ name: 'Clarity', scoring: 's' }];
const reads = { query: 'q', response: 'r', reasoning: '', rewards, stage: 'prompt' as const };
const good = '{"Clarity": {"rationale": "plain", "score": 4}}';
const LONG = Array.from({ length: 4000 }, (_, i) => `word ${i}`).join(' ');
const clause = 'the response is clear and easy to follow, ';
const loop = {
  choices: [{ finish_reason: 'length', message: { content: `{"Clarity": {"rationale": "${clause.repeat(80)}` } }],
};

interface SentBody {
  temperature?: number;
  response_format?: { type: string };
  messages: { role: string; content: string }[];
}

async function judgeWith(replies: readonly object[], output: OutputMode = 'auto', options: Partial<JudgeOptions> = {}) {
  const { url, seen } = await serve((_, i) => replies[i] ?? chat(good));
  const told: UnreadableReply[] = [];
  const model = new Gateway().manage('judge', createOpenAIChat({ model: 'm', baseUrl: url, temperature: 0, output }));
  const judgement = await makeJudge({ model, onUnreadable: (e) => told.push(e), ...options })(reads);
  return { judgement, told, bodies: seen.map(({ body }) => body as unknown as SentBody) };
}

describe('a repair', () => {
  it.each<[string, object]>([
    ['an empty reply', chat('')],
    ['prose', chat('I like it.')],
    ['a loop', loop],
    ['a cut reply', { choices: [{ finish_reason: 'length', message: { content: '{"Clarity": {"rationale": "so' } }] }],
    ['no content', chat(null)],
  ])('of %s changes the request and the temperature', async (_, reply) => {
    for (const output of ['auto', 'text'] as const) {
      const { judgement, bodies } = await judgeWith([reply, reply], output, { repairs: 2 });
      expect(judgement.evaluation).toHaveProperty('Clarity.score', 4);
      expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(3);
      const [, second, third] = bodies.map((body) =>
        JSON.stringify(Object.entries(body).find(([key]) => key === 'response_format')),
      );
      // asked for in another form, the same repair is sent again
      expect(bodies.map((body) => body.temperature)).toEqual([0, 0.5, second === third ? 1 : 0.5]);
    }
  });

  it('never sends an empty message of the assistant', async () => {
    const { bodies } = await judgeWith([chat(' ')]);
    expect(bodies[1]?.messages.map((m) => m.role)).toEqual(['system', 'user']);
    expect(bodies[1]?.messages.at(-1)?.content).toMatch(
      /^Score the response[\s\S]*That reply could not be used: the reply was empty/,
    );
  });

  it('sends back the beginning of a long reply alone', async () => {
    const { bodies } = await judgeWith([chat(LONG)]);
    expect(bodies[1]?.messages.at(-2)?.content).toHaveLength(4004);
    const looped = await judgeWith([loop]);
    expect(looped.bodies[1]?.messages.at(-2)?.content.length).toBeLessThan(300);
  });

  it('changes nothing but the complaint if the preset is plain', async () => {
    const { bodies } = await judgeWith([chat(LONG)], 'auto', { isPlain: true });
    expect(bodies.map((body) => [body.temperature, body.response_format])).toEqual([
      [0, undefined],
      [0, undefined],
    ]);
    expect(bodies[1]?.messages.at(-2)?.content).toBe(LONG);
  });
});

describe('a reply that repeats itself until its limit', () => {
  it('is not read, even if it begins with a judgement, and is counted', async () => {
    const text = `{"Clarity": {"rationale": "plain", "score": 4}} ${clause.repeat(80)}`;
    const { judgement, told } = await judgeWith([
      { choices: [{ finish_reason: 'length', message: { content: text } }] },
    ]);
    expect(judgement.evaluation).toHaveProperty('Clarity.score', 4);
    expect(told).toMatchObject([{ complaint: expect.stringContaining('repeated the same words'), repaired: true }]);
  });

  it('is missing if the repair repeats itself too', async () => {
    const { judgement, bodies } = await judgeWith([loop, loop]);
    expect(judgement).toMatchObject({ evaluation: {}, missing: expect.stringContaining('repeated') });
    expect(bodies).toHaveLength(2);
  });
});
