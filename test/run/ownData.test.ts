import { expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optimize, type OptimizeOptions } from '../../index.ts';
import type { Judge, Respond } from '../../nodes/index.ts';
import { renderJudgePrompt } from '../../prompts/judge.ts';
import { toPromptText } from '../../prompts/promptParts.ts';
import { toChatTurns, toPlainParts } from '../../prompts/respond.ts';

const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'drpo-own-'));
const simulated = { models: { optimizer: 'simulated' } };

/** Runs a search and collects what its judge and its base model read. */
async function watchRun(options: OptimizeOptions) {
  const judged: Parameters<Judge>[0][] = [];
  const asked: Parameters<Respond>[0][] = [];
  const events: string[] = [];
  const folder = makeFolder();
  const result = await optimize({
    folder,
    ...options,
    nodes: (nodes) => ({
      judge: (reads, config) => (judged.push(reads), nodes.judge(reads, config)),
      respond: (reads, config) => (asked.push(reads), nodes.respond(reads, config)),
    }),
    onEvent: (event) => event.type === 'started' && events.push(event.data ?? ''),
  });
  return { judged, asked, events, folder, result };
}

const context = [
  { role: 'system' as const, content: 'The shop closes at six.' },
  { role: 'user' as const, content: 'Are you open?' },
  { role: 'assistant' as const, content: 'Until six.' },
];

it('shows the judge the expected answer in every request where there is one, and the base model never', async () => {
  const queries = Array.from({ length: 12 }, (_, i) => ({ query: `What is ${i} + 1?`, answer: `ANSWER-${i}` }));
  const { judged, asked, events } = await watchRun({ config: { ...simulated, search: { depth: 6 } }, queries });
  expect(judged.length).toBeGreaterThan(10);
  for (const { query, expected } of judged) expect(expected).toBe(queries.find((q) => q.query === query)?.answer);
  expect(JSON.stringify(asked)).not.toContain('ANSWER');
  expect(events[0]).toContain('12 with an expected answer');
});

it('sends earlier turns to the base model and to the judge', async () => {
  const queries = [{ messages: [...context, { role: 'user', content: 'And on Sunday?' }] }, 'What is a comet?'];
  const { judged, asked } = await watchRun({ config: { ...simulated, search: { depth: 2 } }, queries });
  const ofConversation = <T extends { query: string }>(reads: T[]): T[] =>
    reads.filter(({ query }) => query === 'And on Sunday?');
  expect(ofConversation(asked).length).toBeGreaterThan(0);
  for (const reads of [...ofConversation(asked), ...ofConversation(judged)]) expect(reads.context).toEqual(context);
});

it('asks held-out queries in the proof alone', async () => {
  const training = Array.from({ length: 20 }, (_, i) => `How do I cook dish ${i}?`);
  const proof = Array.from({ length: 6 }, (_, i) => ({ query: `How do I mend thing ${i}?`, split: 'held-out' }));
  const { result, asked } = await watchRun({
    config: { ...simulated, search: { depth: 8 } },
    queries: [...training, ...proof],
  });
  const mine = new Set(proof.map(({ query }) => query));
  expect(result.nodes.filter(({ query }) => mine.has(query))).toEqual([]);
  const proven = result.final?.proof ?? [];
  expect(proven.length).toBeGreaterThan(1);
  expect(proven.filter((query) => !mine.has(query))).toEqual([]);
  expect(result.final?.queries.some((query) => mine.has(query))).toBe(false);
  expect(asked.filter(({ query }) => mine.has(query)).length).toBeGreaterThanOrEqual(2 * proven.length);
});

it('shows nothing of this package’s examples with queries of one’s own', async () => {
  const { asked, folder } = await watchRun({
    config: { ...simulated, search: { depth: 2 } },
    queries: ['a?', 'b?', 'c?'],
  });
  expect(asked.flatMap(({ examples }) => examples)).toEqual([]);
  expect(readFileSync(join(folder, 'examples.json'), 'utf8')).toBe('{}\n');
});

it('makes examples of queries with an expected answer, and never shows a query its own', async () => {
  const queries = Array.from({ length: 8 }, (_, i) => ({ query: `What is ${i} + 1?`, answer: `It is ${i + 1}.` }));
  const { asked } = await watchRun({
    config: { ...simulated, search: { depth: 4 }, examples: { from: 'queries' } },
    queries,
  });
  expect(asked.length).toBeGreaterThan(0);
  for (const { query, examples } of asked) {
    expect(examples).toHaveLength(2);
    expect(examples.map((example) => example.query)).not.toContain(query);
  }
});

it.each([
  [{ examples: { from: 'queries', file: 'x.json' } }, 'leave examples.file or examples.from out'],
  [{ examples: { from: 'queries', k: 0 } }, 'expected examples.k of at least 1, got 0'],
  [{ examples: { rewrite: true } }, 'examples.rewrite: expected examples to rewrite, got none'],
  [{ examples: { from: 'queries' } }, 'expected training queries with an expected answer, got none'],
])('refuses %j with queries that have no answers', async (config, message) => {
  const options = {
    config: { ...simulated, ...config },
    queries: ['a?', 'b?'],
    folder: makeFolder(),
  } as OptimizeOptions;
  await expect(optimize(options)).rejects.toThrow(message);
});

it('words expected answers and conversations verbatim, and changes no request without them', () => {
  const reads = {
    query: 'Q?',
    response: 'R.',
    rewards: [{ name: 'Clarity', scoring: 's' }],
    reasoning: '',
    stage: 'prompt' as const,
  };
  const prompt = toPromptText(renderJudgePrompt({ ...reads, expected: 'E {x} $&', context }));
  for (const text of ['E {x} $&', 'Until six.', 'Are you open?', 'The shop closes at six.'])
    expect(prompt).toContain(text);
  expect(renderJudgePrompt({ ...reads, context: [] })).toEqual(renderJudgePrompt(reads));
});

it('lays earlier turns out before the query: as turns in a chat, as examples in plain text', () => {
  const variables = { prompt: 'P', query: 'Q?', context, examples: [] };
  expect(toChatTurns(variables)).toEqual([
    { role: 'system', content: 'P\n\nThe shop closes at six.' },
    ...context.slice(1),
    { role: 'user', content: 'Q?' },
  ]);
  const { head, tail } = toPlainParts(variables);
  expect(head).toContain('P\n\nThe shop closes at six.');
  expect(head).toContain('Are you open?\n\n#Answer:\n<START>\nUntil six.\n<END>');
  expect(tail).toContain('Q?');
});

it('reads given queries by queries.fields, as it reads files', async () => {
  const queries = Array.from({ length: 6 }, (_, i) => ({ Frage: `Was ist ${i}?`, Antwort: `${i}` }));
  const config = { ...simulated, search: { depth: 2 }, queries: { fields: { query: 'Frage', expected: 'Antwort' } } };
  const { judged } = await watchRun({ config, queries });
  expect(judged.length).toBeGreaterThan(0);
  for (const { query, expected } of judged) expect(query).toBe(`Was ist ${expected}?`);
});
