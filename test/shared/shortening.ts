import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OptimizedRun } from '../../run/optimize.ts';
import { chat, serve, type Seen } from '../models/fake.ts';

const FILLER = 'This sentence was left behind by somebody and says nothing at all.';
/** What the winner is without its filler. The search ends with `WHOLE`, or with the same and one more word. */
export const SHORT = 'Answer in one line.';
export const WHOLE = `${FILLER}\n\n${SHORT}\n\nBe kind.`;

/** A search of few calls whose winner is shortened by two of three cuts. */
const SETTINGS = {
  initialPrompt: 'Help.',
  preset: 'default',
  search: { depth: 3, maxDepthIncrease: 0, actions: 2, guards: false },
  final: { candidates: 2, selectionQueries: 6, proof: { maxQueries: 8 }, shorten: true },
  judge: { reliabilityChecks: 0 },
  examples: { k: 0 },
};

export const createFolder = (): string => mkdtempSync(join(tmpdir(), 'drpo-shorten-'));
export const readResult = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as OptimizedRun;
export const readText = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');

/** The system prompt of a request to the base model; undefined for another role. */
export const findAskedPrompt = ({ body: { model, messages } }: Seen): string | undefined =>
  model === 'base' ? (messages as { content: string }[])[0]?.content : undefined;

/** Whether a request has a shortened prompt answered. */
export const isOfCut = (seen: Seen): boolean => {
  const prompt = findAskedPrompt(seen);
  return prompt !== undefined && prompt !== 'Help.' && !prompt.startsWith(WHOLE);
};

/** A server of models to whom only `SHORT` matters, and the file of a config that plays all roles there. */
export async function serveShortening(
  onAsked: (seen: Seen) => Promise<void> | void = () => undefined,
): Promise<{ config: string; seen: Seen[] }> {
  const { url, seen } = await serve(async (request) => {
    await onAsked(request);
    return answer(request);
  });
  const models = Object.fromEntries(
    ['base', 'reward', 'judge', 'optimizer'].map((model) => [model, { model, baseUrl: url }]),
  );
  const folder = createFolder();
  const queries = join(folder, 'queries.json');
  writeFileSync(queries, JSON.stringify(Array.from({ length: 60 }, (_, i) => `What is the number ${i} good for?`)));
  const config = join(folder, 'drpo.json');
  writeFileSync(config, JSON.stringify({ ...SETTINGS, models, queries: { files: [queries] } }));
  return { config, seen };
}

function answer({ body: { model, messages, n } }: Seen): object {
  const asked = JSON.stringify(messages);
  const score = asked.includes('A useful answer') ? 4 : 2;
  const replies: Record<string, (i: number) => unknown> = {
    // each prompt has its own answers, or their judgements would not be asked for again
    base: () => `${asked.includes(SHORT) ? 'A useful answer' : 'An answer'}, as ${asked.length} characters call for.`,
    reward: () => ({
      query_analysis: {},
      aspects_selection: { reasoning: '', selected_aspects: ['Clarity', 'Depth'] },
    }),
    judge: () => ({ Clarity: { rationale: 'So.', score }, Depth: { rationale: 'So.', score } }),
    optimizer: (i) => ({ analysis: '', thought: '', new_system_prompt: i === 0 ? WHOLE : `${WHOLE} Now.` }),
  };
  const texts = Array.from({ length: Number(n ?? 1) }, (_, i) => replies[String(model)]?.(i));
  return chat(...texts.map((text) => (typeof text === 'string' ? text : JSON.stringify(text))));
}
