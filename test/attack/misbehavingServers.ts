import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { optimize } from '../../run/optimize.ts';
import { makeScratchFolder, runTrials, type Attack } from './attack.ts';
import { startModelServer } from './modelServer.ts';

const answer = (content: unknown): string =>
  JSON.stringify({ choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }] });
const sendJson = (body: string) => (response: ServerResponse) =>
  void response.setHeader('content-type', 'application/json').end(body);
const sendStatus =
  (status: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, headers).end('{"error":{"message":"no"}}');

/** Ways to answer a request that no good server has. */
const MISBEHAVIOURS: readonly ((response: ServerResponse) => void)[] = [
  (response) => void response.destroy(),
  (response) =>
    void response.writeHead(200, { 'content-length': '1000' }).write('{"choices"', () => response.destroy()),
  ...[400, 401, 404, 408, 422, 500, 503].map((status) => sendStatus(status)),
  sendStatus(429, { 'retry-after': '0.05' }),
  sendStatus(302, { location: 'http://127.0.0.1:9/elsewhere' }),
  ...[
    '',
    'null',
    '5',
    '[]',
    '{}',
    '<html>',
    '{"choices":[]}',
    '{"choices":[null]}',
    '{"choices":{}}',
    '{"choices":[{}]}',
  ].map(sendJson),
  ...['{"choices":[{"message":null}]}', '{"error":"busy"}', '['.repeat(20_000), '\u0000\u0001'].map(sendJson),
  ...['', null, 5, {}, [], '"'.repeat(100_000), '{'.repeat(50_000), '{"__proto__":{"score":5}}'].map((content) =>
    sendJson(answer(content)),
  ),
  ...[
    { aspects_selection: { selected_aspects: ['constructor', '__proto__', 'Clarity'] } },
    { aspects_selection: { selected_aspects: 'Clarity' } },
    { aspects_selection: { selected_aspects: Array.from({ length: 5000 }, (_, i) => `Aspect ${i}`) } },
    {
      constructor: { rationale: 'x', score: 5 },
      Clarity: { rationale: { deep: 1 }, score: '5' },
      Depth: { score: Infinity },
    },
    { Clarity: { rationale: '\ud800\u0000\u001b[2J', score: -3 }, Depth: null },
    { new_system_prompt: '' },
    { new_system_prompt: ['a list'] },
  ].map((content) => sendJson(answer(JSON.stringify(content)))),
];

/** Every fourth request, or each one, of a role is answered badly: the run ends with a result, or with an error of one line that is no bug. */
export const misbehave: Attack = (trials, pick) =>
  runTrials(trials, async (trial) => {
    const bad = MISBEHAVIOURS[trial % MISBEHAVIOURS.length];
    const role = ['base', 'reward', 'judge', 'optimizer'][pick(4)];
    const [every, first] = [1 + pick(2) * 3, pick(6)];
    const server = await startModelServer(1, (asked, response, count) => {
      if (asked !== role || count < first || count % every !== 0) return false;
      bad?.(response);
      return true;
    });
    const config = { ...server.config, preset: pick(2) ? 'reference' : 'default', final: null } as const;
    const where = `way ${trial % MISBEHAVIOURS.length} by the ${role}, every ${every}`;
    try {
      const abort = AbortSignal.timeout(60_000);
      const { stoppedBy } = await optimize({ config, folder: join(makeScratchFolder(), 'run'), signal: abort });
      return stoppedBy === 'interrupted' ? `${where}: no end in 60 s` : undefined;
    } catch (error) {
      const isBug =
        !(error instanceof Error) ||
        /^(?:Type|Range|Reference|Syntax|Zod)?Error$/.test(error.name) ||
        error.message.includes('\n');
      return isBug ? `${where}: ${String(error).slice(0, 300)}` : undefined;
    } finally {
      await server.close();
    }
  });
