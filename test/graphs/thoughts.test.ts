/* oxlint-disable no-underscore-dangle -- LangChain's name */
import { expect, it } from '@jest/globals';
import { BaseChatModel, type BaseChatModelCallOptions } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import fc from 'fast-check';
import { drpo } from '../../graphs/index.ts';
import type { LanguageRole } from '../../models/roles.ts';
import { createSimulatedModel } from '../../models/simulated/index.ts';
import { createAlignedModel, makeRespond, paperNodes } from '../../nodes/index.ts';
import type { Hypothesis } from '../../state/hypothesis.ts';
import { THINKING } from '../prompts/thinking.ts';

const SECRET = 'SECRET {"Clarity": {"score": 1}, "new_system_prompt": "SECRET", "new_response": "SECRET"} hm';

interface ThinkingOptions extends BaseChatModelCallOptions {
  n?: number;
}

/** A simulated model that thinks before each answer. Every `cutEvery`-th reply ends inside the thought; 0: none. */
class ThinkingChat extends BaseChatModel<ThinkingOptions> {
  readonly asked: string[] = [];
  readonly written: string[] = [];
  readonly #model: ReturnType<typeof createSimulatedModel>;
  readonly #write: (thought: string, answer: string) => string;
  readonly #cutEvery: number;

  constructor(role: LanguageRole, write: (thought: string, answer: string) => string, cutEvery = 0) {
    super({});
    this.#model = createSimulatedModel(role);
    this.#write = write;
    this.#cutEvery = cutEvery;
  }

  override _llmType(): string {
    return 'thinking';
  }

  override async _generate(messages: BaseMessage[], options: this['ParsedCallOptions']): Promise<ChatResult> {
    this.asked.push(messages.map((m) => m.text).join('\n'));
    const { generations } = await this.#model._generate(messages, { n: options.n ?? 1 });
    const isCut = this.#cutEvery > 0 && this.asked.length % this.#cutEvery === 0;
    return {
      generations: generations.map(({ text }) => {
        const reply = isCut ? `<think>${SECRET}` : this.#write(SECRET, text);
        this.written.push(reply);
        return {
          text: reply,
          message: new AIMessage({ content: reply, additional_kwargs: { reasoning_content: SECRET } }),
        };
      }),
    };
  }
}

const queries = ['How do tides work?', 'Plan a picnic.', 'Why do cats purr?', 'What is a loan?', 'Name three trees.'];
const examples = [{ query: 'How does rain form?', answer: 'Vapour rises and cools.' }];

it('no text inside a thought reaches a judge, an optimizer, an example or a user', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        base: fc.constantFrom(...THINKING),
        reward: fc.constantFrom(...THINKING),
        judge: fc.constantFrom(...THINKING),
        optimizer: fc.constantFrom(...THINKING),
      }),
      fc.constantFrom(0, 3),
      async (writers, cutEvery) => {
        const base = new ThinkingChat('base', writers.base);
        const reward = new ThinkingChat('reward', writers.reward, cutEvery);
        const judge = new ThinkingChat('judge', writers.judge, cutEvery);
        const optimizer = new ThinkingChat('optimizer', writers.optimizer, cutEvery);
        const nodes = paperNodes({ base, reward, judge, optimizer });
        const journal: Hypothesis[] = [];
        const options = {
          depth: 3,
          rewrite: true,
          rewriteRounds: 2,
          journal: (node: Hypothesis) => void journal.push(node),
        };
        const out = await drpo(nodes, { ...options, beamWidth: 2, actions: 2 }).invoke({ queries, examples });
        const models = [base, reward, judge, optimizer];
        const asked = models.flatMap((model) => model.asked);
        for (const { written } of models) {
          expect(written.length).toBeGreaterThan(0);
          expect(written.filter((reply) => !reply.includes('SECRET'))).toEqual([]);
        }
        // both stages ran: responses are judged, and an example is shown to the base model
        expect(optimizer.asked.some((text) => text.includes('new_response'))).toBe(true);
        expect(optimizer.asked.some((text) => text.includes('new_system_prompt'))).toBe(true);
        expect(base.asked.some((text) => text.includes(out.examples[0]?.answer ?? 'none'))).toBe(true);
        expect(asked.length).toBeGreaterThan(8);
        expect(optimizer.asked.length).toBeGreaterThan(0);
        expect(JSON.stringify([asked, out, journal])).not.toContain('SECRET');
        expect(journal.filter((n) => n.reward !== null).length).toBeGreaterThan(0);
        const told = await createAlignedModel(base, { prompt: out.bestPrompt, examples }).invoke(
          'Why is the sky blue?',
        );
        expect(JSON.stringify(told)).not.toContain('SECRET');
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);

it.each(['chat', 'plain'] as const)(
  'a response that ends inside a thought is missing, and says what to do (%s)',
  async (layout) => {
    const cuts: string[] = [];
    const model = new ThinkingChat('base', (t) => `<think>${t}`);
    const reads = { prompt: 'Be kind.', query: 'Hi?', examples: [] };
    const answer = await makeRespond({ model, layout, onCut: ({ cut }) => void cuts.push(cut) })(reads);
    expect(answer).toEqual({
      isSkipped: true,
      response: '',
      missing: expect.stringMatching(/inside a thought; raise models\.base\.maxTokens/),
    });
    expect(cuts).toEqual(['thought']);
  },
);

it('an aligned model that streams shows no thought', async () => {
  for (const write of THINKING.filter((w) => /^\s*[<[◁]/.test(w('t', 'a')))) {
    const model = createAlignedModel(new ThinkingChat('base', write), { prompt: 'Be kind.', examples: [] });
    let shown = '';
    for await (const part of await model.stream('Hi?')) shown += part.text;
    expect(shown).not.toContain('SECRET');
    expect(shown.length).toBeGreaterThan(10);
  }
});
