import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AIMessage, HumanMessage, SystemMessage, type BaseMessage } from '@langchain/core/messages';
import type { LanguageRole } from '../../models/roles.ts';
import { createSimulatedModel, type SimulatedChatModel } from '../../models/simulated/index.ts';
import type { OptimizeResult } from '../../run/result.ts';
import { chat, serve, type Seen } from '../models/fake.ts';
import { drpoHere } from '../shared/here.ts';

export const ROLES = ['base', 'reward', 'judge', 'optimizer'] as const satisfies LanguageRole[];

/** A message of a chat as it is sent. */
export interface WireMessage {
  role: string;
  content: string;
}
/** What a server says to a request in the place of an answer: a body, or status, body and headers. */
export type StrictRule = (body: Record<string, unknown>, seen: Seen, i: number) => object | undefined | false;

export const getWireMessages = (body: Record<string, unknown>): WireMessage[] =>
  (body['messages'] ?? []) as WireMessage[];

const toMessage = ({ role, content }: WireMessage): BaseMessage =>
  role === 'user'
    ? new HumanMessage(content)
    : role === 'assistant'
      ? new AIMessage(content)
      : new SystemMessage(content);

/** What a server answers to a chat, as a simulated model does: with logprobs if they are asked for and it has them. */
export async function simulateChat(
  model: SimulatedChatModel | undefined,
  body: Record<string, unknown>,
  givesLogprobs = true,
) {
  const seed = typeof body['seed'] === 'number' ? body['seed'] : 0;
  const messages = getWireMessages(body).map(toMessage);
  const odds = givesLogprobs && body['logprobs'] === true ? { odds: 'alone' as const } : {};
  const answer = async (sample: number) => (await model?._generate(messages, { sample, ...odds }))?.generations[0];
  const answers = await Promise.all(Array.from({ length: Number(body['n'] ?? 1) }, (_, k) => answer(seed + k)));
  const reply = chat(...answers.map((one) => one?.text ?? ''));
  const choices = reply.choices.map((choice, k) => ({ ...choice, ...pickLogprobs(answers[k]?.generationInfo) }));
  return { id: 'x', object: 'chat.completion', created: 1, model: body['model'], ...reply, choices };
}

/** Creates a server of simulated models, named as their roles, that keeps rules. */
export const createStrictServer = (...rules: StrictRule[]) => makeStrictServer({ givesLogprobs: true }, ...rules);

/** The same, perhaps without logprobs when they are asked for. */
export async function makeStrictServer({ givesLogprobs }: { givesLogprobs: boolean }, ...rules: StrictRule[]) {
  const models = Object.fromEntries(ROLES.map((role) => [role, createSimulatedModel(role)]));
  const refused: Record<string, unknown>[] = [];
  const { url, seen } = await serve(async (request, i) => {
    const { body } = request;
    const said = rules.map((rule) => rule(body, request, i)).find(Boolean);
    if (said) {
      if ('messages' in body) refused.push(body);
      return said;
    }
    return simulateChat(models[String(body['model'])], body, givesLogprobs);
  });
  return { url, seen, refused };
}

const pickLogprobs = ({ logprobs }: Record<string, unknown> = {}): object => (logprobs ? { logprobs } : {});

/** Runs `optimize` with four roles at one server: its exit code, what it said, and what it kept. */
export async function runOptimize(url: string, more: { role?: object; out?: string; [key: string]: unknown } = {}) {
  const { role = {}, out = join(mkdtempSync(join(tmpdir(), 'drpo-strict-')), 'run'), ...rest } = more;
  const config = {
    models: Object.fromEntries(ROLES.map((name) => [name, { model: name, baseUrl: url, seed: 0, ...role }])),
    search: { depth: 3, maxDepthIncrease: 0, beamWidth: 2, actions: 2 },
    queries: { limit: 8 },
    concurrency: 8,
    ...rest,
  };
  const file = join(mkdtempSync(join(tmpdir(), 'drpo-config-')), 'config.json');
  writeFileSync(file, JSON.stringify(config));
  const { status, stderr } = await drpoHere(['optimize', '--config', file, '--out', out, '--json']);
  const read = (name: string): string => readFileSync(join(out, name), 'utf8');
  const readResult = (): OptimizeResult => JSON.parse(read('result.json')) as OptimizeResult;
  return { status, stderr, out, read, readResult };
}
