import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chat, serve, type Answering, type Seen } from '../../models/fake.ts';

/** Which prompt a request to the base model has, and its query. */
export const readAsked = ({ body }: Seen): { system: string; query: string; model: unknown } => {
  const messages = body['messages'] as { role: string; content: string }[];
  return { system: messages[0]?.content ?? '', query: messages.at(-1)?.content ?? '', model: body['model'] };
};

/** A server of the base model that begins each answer with the points that `score` gives, which a check reads. */
export const serveScores = (score: (system: string, query: string, model: unknown) => number) =>
  serve((seen) => {
    const { system, query, model } = readAsked(seen);
    return chat(`${score(system, query, model)} points`);
  });

/** A folder with a config at a server, 12 held-out queries, two prompts, and a check that gives the points of the answer. */
export function createTask(url: string, more: Record<string, unknown> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'drpo-compare-'));
  const write = (name: string, content: unknown): void =>
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  write('points.mjs', 'export default ({ response }) => (parseFloat(response) - 1) / 4;');
  write('train.json', ['Train?', 'Train more?']);
  write(
    'heldOut.json',
    Array.from({ length: 12 }, (_, i) => `Question ${i}?`),
  );
  write('old.txt', 'Old prompt.\n');
  write('new.txt', 'New prompt.\n');
  const model = { model: 'm', baseUrl: url, maxRetries: 0 };
  write('config.json', {
    models: { optimizer: model },
    initialPrompt: 'Old prompt.',
    queries: { files: ['train.json'], heldOut: ['heldOut.json'] },
    rewards: { mode: 'checks', checks: [{ type: 'function', module: './points.mjs' }] },
    ...more,
  });
  return folder;
}

export type { Answering };
