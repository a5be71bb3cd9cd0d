import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerQueries } from '../../run/answerQueries.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { optimize } from '../../run/optimize.ts';
import { serve } from '../models/fake.ts';

const run = mkdtempSync(join(tmpdir(), 'drpo-answers-'));
beforeAll(async () => {
  const set = ['search.depth=2', 'queries.limit=4', 'final=null'];
  await optimize({ config: loadConfig({ roles: { optimizer: 'simulated' }, set }), folder: run });
});
afterAll(() => rmSync(run, { recursive: true }));

it('an answer that the token limit ended is marked, and no other', async () => {
  const { url } = await serve(({ body }) => {
    const isLong = JSON.stringify(body).includes('a long story');
    const message = { role: 'assistant', content: isLong ? 'Once upon a' : 'No.' };
    return { body: { choices: [{ message, finish_reason: isLong ? 'length' : 'stop' }] } };
  });
  expect(await answerQueries(run, ['a long story', 'a short one'], `m@${url}`)).toEqual([
    { query: 'a long story', response: 'Once upon a', isCutOff: true },
    { query: 'a short one', response: 'No.' },
  ]);
});
