import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { chat, serve, type Seen } from '../models/fake.ts';

const hashed = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0);

/** What each role answers: a function of what it is asked, so that a search is the same wherever it is made. */
const ANSWERS: Record<string, (asked: string, i: number) => object | string> = {
  base: (asked) => `An answer, ${hashed(asked)}.`,
  reward: () => ({ query_analysis: {}, aspects_selection: { reasoning: '', selected_aspects: ['Clarity', 'Depth'] } }),
  judge: (asked) =>
    Object.fromEntries(['Clarity', 'Depth'].map((a) => [a, { rationale: 'So.', score: 1 + (hashed(a + asked) % 4) }])),
  optimizer: (asked, i) => ({ analysis: '', thought: '', new_system_prompt: `You are helper ${hashed(asked + i)}.` }),
};

/** The chat completion of the role that a request's model names. */
export function answerRole(body: Record<string, unknown>): object {
  const { model, messages, n } = body as { model: string; messages: unknown; n?: number };
  const texts = Array.from({ length: n ?? 1 }, (_, i) => ANSWERS[model]?.(JSON.stringify(messages), i) ?? '');
  return chat(...texts.map((text) => (typeof text === 'string' ? text : JSON.stringify(text))));
}

/** An OpenAI-compatible server whose every answer takes so many milliseconds. */
export async function slowModels(latency: number): Promise<{ configAt: (file: string) => string }> {
  const answer = async ({ body }: Seen): Promise<object> => {
    await sleep(latency);
    return answerRole(body);
  };
  const { url } = await serve(answer);
  return { configAt: (file) => writeModelsConfig(file, url) };
}

/** Writes a config whose roles are at one address, and returns the file. */
export function writeModelsConfig(file: string, url: string): string {
  const models = Object.fromEntries(Object.keys(ANSWERS).map((model) => [model, { model, baseUrl: url }]));
  writeFileSync(file, JSON.stringify({ models }));
  return file;
}
