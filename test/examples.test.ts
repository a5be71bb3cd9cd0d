import { describe, expect, it } from '@jest/globals';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as anthropicOptimizer from '../examples/anthropicOptimizer.ts';
import * as ollama from '../examples/ollama.ts';
import * as openevals from '../examples/openevals.ts';
import * as ownAspects from '../examples/ownAspects.ts';
import * as ownJudge from '../examples/ownJudge.ts';
import * as ownStrategy from '../examples/ownStrategy.ts';
import { loadConfig } from '../run/config/loadConfig.ts';
import { optimize } from '../run/optimize.ts';
import { createSimulatedModel } from '../models/simulated/index.ts';
import { chat, serve } from './models/fake.ts';

const models = {
  base: createSimulatedModel('base'),
  reward: createSimulatedModel('reward'),
  judge: createSimulatedModel('judge'),
  optimizer: createSimulatedModel('optimizer'),
};
const queries = [
  'How do tides work?',
  'Write a function that sorts names.',
  'What is a loan?',
  'Why do cats purr?',
  ...Array.from({ length: 12 }, (_, i) => `What is the number ${i} good for?`),
];
const input = { queries, examples: [{ query: 'Hi?', answer: 'Hello.' }] };

describe('the examples', () => {
  const folder = join(import.meta.dirname, '../examples');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));

  it('are at most six, each under thirty lines', () => {
    expect(files.length).toBeLessThanOrEqual(6);
    for (const file of files)
      expect([file, readFileSync(join(folder, file), 'utf8').split('\n').length - 1 < 30]).toEqual([file, true]);
  });

  it('ownJudge lowers the score of a long answer, and its search returns a prompt', async () => {
    const judge = ownJudge.strictJudge(models, 10);
    const reads = { rewards: [{ name: 'Clarity', scoring: '' }], reasoning: '', stage: 'prompt' as const };
    const { evaluation } = await judge({
      ...reads,
      query: 'Hi?',
      response: 'Hello, and a very good day to you indeed.',
    });
    expect(evaluation['Clarity']?.score).toBeLessThanOrEqual(3);
    expect(evaluation['Clarity']?.rationale).toMatch(/too long\.$/);
    expect((await ownJudge.search(models).invoke(input)).bestPrompt).not.toBe('');
  });

  it('ownAspects picks the aspects by topic, and its search returns a beam', async () => {
    const { rewards } = await ownAspects.byTopic({ query: 'Mend this regex.', stage: 'prompt' });
    expect(rewards.map((r) => r.name)).toEqual(['Correctness', 'Brevity']);
    const { beam } = await ownAspects.search(models).invoke(input);
    expect(beam.length).toBeGreaterThan(0);
  });

  it('ownStrategy ends the search when a prompt is good enough', async () => {
    expect(await ownStrategy.search(models, 1).invoke(input)).toMatchObject({ stoppedBy: 'good enough', levels: 3 });
    expect((await ownStrategy.search(models, 6).invoke(input)).stoppedBy).not.toBe('good enough');
  });

  it('ollama sends its requests as OpenAI’s API has them', async () => {
    const { url, seen } = await serve(() => chat('An answer.'));
    const { bestPrompt } = await ollama.search(models, url).invoke(input);
    expect(bestPrompt).not.toBe('');
    expect(seen.length).toBeGreaterThan(4);
    expect(seen[0]).toMatchObject({ path: '/v1/chat/completions', body: { model: 'llama3.2', temperature: 0 } });
    expect(seen[0]?.body['messages']).toEqual([
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: 'Hi?' },
      { role: 'assistant', content: 'Hello.' },
      { role: 'user', content: expect.any(String) },
    ]);
  });

  it('anthropicOptimizer works with a model that returns one choice per request, in content blocks', async () => {
    const optimizer = new OneChoice();
    const { bestPrompt } = await anthropicOptimizer.search(models, optimizer).invoke(input);
    expect(bestPrompt).toMatch(/^Prompt \d+$/);
    expect(optimizer.asked % 3).toBe(0);
  });

  it('checks finds a prompt by rules alone, and proves it on questions that the search never asks', async () => {
    const { url } = await serve(({ body }) => {
      const sent = JSON.stringify(body['messages']);
      if (sent.includes('You improve the system prompt'))
        return chat(...Array<string>(Number(body['n'] ?? 1)).fill(SHORTER));
      return chat(sent.includes('Answer in one sentence') ? 'It is so.' : '- One.\n- Two.\n');
    });
    const model = { model: 'm', baseUrl: url };
    const override = { 'models.base': model, 'models.optimizer': model };
    const config = loadConfig({ file: join(folder, 'checks/shortAnswers.yaml'), override });
    const run = await optimize({ config, folder: mkdtempSync(join(tmpdir(), 'drpo-checks-')) });
    const heldOut = readFileSync(join(folder, 'checks/held-out.txt'), 'utf8').trim().split('\n');
    expect(run.bestPrompt).toBe('Answer in one sentence.');
    expect(run.final).toMatchObject({ difference: { mean: 2 } });
    const proven = run.final?.proof ?? [];
    expect(proven.length).toBeGreaterThanOrEqual(6);
    expect(proven.filter((query) => !heldOut.includes(query))).toEqual([]);
    expect(run.nodes.filter(({ query }) => heldOut.includes(query))).toEqual([]);
    expect(run.calls).toMatchObject({ reward: 0, judge: 0 });
  });

  it('openevals makes evaluators the judge, or one more aspect', async () => {
    const concise = async ({ outputs }: { outputs: string }) => ({ key: 'concise', score: outputs.length < 500 });
    const exact = async () => ({ key: 'exact', score: 0.5 });
    // 5 points and 3, but the root's, whose answer may be longer
    expect((await openevals.search(models, [concise, exact]).invoke(input)).value).toBeCloseTo(4);
    expect((await openevals.searchWith(models, concise).invoke(input)).bestPrompt).not.toBe('');
  });
});

const SHORTER = JSON.stringify({ analysis: '', thought: '', new_system_prompt: 'Answer in one sentence.' });

/** Answers as ChatAnthropic does: one choice whatever `n` says, its text in content blocks alone. */
class OneChoice extends BaseChatModel {
  asked = 0;

  constructor() {
    super({});
  }

  override _llmType(): string {
    return 'anthropic';
  }

  override async _generate(_: BaseMessage[]): Promise<ChatResult> {
    const text = JSON.stringify({ analysis: '', thought: '', new_system_prompt: `Prompt ${this.asked++}` });
    return { generations: [{ text: '', message: new AIMessage({ content: [{ type: 'text', text }] }) }] };
  }
}
