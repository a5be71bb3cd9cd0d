import { expect, it } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderSummary } from '../../cli/summary.ts';
import { optimize } from '../../run/optimize.ts';
import { listVerdictReasons } from '../../run/verdictReasons.ts';
import { chat, serve } from '../models/fake.ts';

/** A world in which no search helps, behind a server. `prompt`: that of a request to the base model. */
interface UselessWorld {
  /** The points of one judgement; `asked` counts the judgements so far. */
  score: (seen: { isFirst: boolean; asked: number; query: string }) => number;
  /** The rewrites of one request, `n` of them. */
  rewrite?: (n: number, asked: number) => string[];
  search?: Record<string, unknown>;
}

const WORDS = 'amber birch cedar delta ember fjord grove heath inlet jetty knoll larch marsh north olive plume'.split(
  ' ',
);
/** Prompts that no guard takes for one another. */
const writePrompt = (i: number): string =>
  Array.from({ length: 14 }, (_, word) => WORDS[(i * (word + 3) + word * word + (i >> 2)) % WORDS.length]).join(' ') +
  ` ${i}.`;
const hash = (text: string): number => Buffer.from(text).reduce((sum, byte) => (sum * 31 + byte) % 9973, 7);

async function runIn({ score, rewrite, search = {} }: UselessWorld) {
  let [judged, rewritten] = [0, 0];
  const { url } = await serve(({ body }) => {
    const text = JSON.stringify(body);
    if (text.includes('new_system_prompt')) {
      const n = Number(body['n'] ?? 1);
      const prompts = rewrite?.(n, rewritten) ?? Array.from({ length: n }, (_, i) => writePrompt(rewritten + i + 1));
      rewritten += n;
      return chat(
        ...prompts.map((new_system_prompt) => JSON.stringify({ analysis: '', thought: '', new_system_prompt })),
      );
    }
    if (text.includes('score of 1 to 5') || text.includes('1 strongly disagree')) {
      const isFirst = text.includes('from the first prompt');
      const query = /Question \d+/.exec(text)?.[0] ?? '';
      const points = Math.min(5, Math.max(1, Math.round(score({ isFirst, asked: judged++, query }))));
      return chat(
        JSON.stringify({ Clarity: { rationale: 'so', score: points }, Depth: { rationale: 'so', score: points } }),
      );
    }
    const isFirst = text.includes('You are the first prompt.');
    return chat(`An answer ${isFirst ? 'from the first prompt' : `from prompt ${hash(text)}`}.`);
  });
  const run = await optimize({
    config: {
      models: { optimizer: `m@${url}` },
      initialPrompt: 'You are the first prompt.',
      rewards: { mode: 'static', criteria: ['Clarity', 'Depth'] },
      search: { depth: 10, maxDepthIncrease: 0, ...search },
    },
    queries: Array.from({ length: 60 }, (_, i) => `Question ${i} of many?`),
    folder: mkdtempSync(join(tmpdir(), 'drpo-reasons-')),
  });
  return { ...run, summary: renderSummary({ exitCode: 0, outcome: run, folder: '' }) };
}

it.each<[code: string, UselessWorld]>([
  ['judge-noisy', { score: ({ asked }) => 3 + 2 * Math.sin(asked * 12.9898) }],
  ['prompts-alike', { score: ({ query }) => 2 + (hash(query) % 3) }],
  ['queries-easy', { score: ({ asked }) => (asked % 9 === 0 ? 4 : 5) }],
  [
    'rewrites-refused',
    {
      score: ({ query }) => 2 + (hash(query) % 3),
      rewrite: (n, asked) => Array.from({ length: n }, (_, i) => writePrompt(asked + i).repeat(200)),
    },
  ],
  [
    'optimizer-small',
    {
      score: ({ asked }) => 2 + (asked % 2),
      rewrite: (n) =>
        Array.from(
          { length: n },
          (_, i) => ['', 'You are the first prompt.', 'You are the first prompt. '][i % 3] ?? '',
        ),
    },
  ],
])('a run that cannot gain says %s', async (code, world) => {
  const { verdict, summary } = await runIn(world);
  expect(verdict?.outcome).not.toBe('better');
  expect(verdict?.reasons.map((reason) => reason.code)).toContain(code);
  // if nothing was rewritten, a warning says the same first
  expect(summary).toMatch(/^(?:Why|Warning): /m);
});

it('names a reason whenever the first prompt is returned', () => {
  const seen = { nodes: [], rejectedRewrites: {}, reliability: null };
  const list = (final: object): string[] =>
    listVerdictReasons({ ...seen, final: final as never }, { outcome: 'no-change', queries: 0 }, 6).map(
      ({ code }) => code,
    );
  expect(list({})).toEqual(['no-rewrite-better']);
  expect(list({ chanceOfLoss: 0.3 })).toEqual(['may-be-worse']);
});
