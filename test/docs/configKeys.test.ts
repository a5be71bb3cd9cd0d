import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { UserError } from '../../run/config/userError.ts';
import { listPages, root } from './pages.ts';

const pages = [...listPages(), { file: 'CHANGELOG.md', text: readFileSync(join(root, 'CHANGELOG.md'), 'utf8') }];
const KEY_PATTERN = /(?<![\w./-])(?:search|final|judge|examples|queries|rewards|budget|checkpoints|tracing)\.[a-z]\w*/g;
/** Names of files that look like a key. */
const FILE_NAMES = new Set([
  'final.md',
  'examples.json',
  'queries.json',
  'checkpoints.sqlite',
  'judge.ts',
  'search.ts',
]);

/** The keys that a page names outside its TypeScript. */
const findKeys = (page: string): string[] =>
  [...new Set(page.replace(/```ts[\s\S]*?```/g, '').match(KEY_PATTERN))].filter((key) => !FILE_NAMES.has(key));

/** Whether the config knows a key: a wrong value of a known key is another error. */
function isKnownKey(key: string): boolean {
  try {
    loadConfig({ override: { 'models.optimizer': 'simulated', [key]: {} } });
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return !/known key/i.test(error.message);
  }
}

it('every key of the config that a page names is known', () => {
  const unknown = pages.flatMap(({ file, text }) =>
    findKeys(text)
      .filter((key) => !isKnownKey(key))
      .map((key) => `${file}: ${key}`),
  );
  expect(unknown).toEqual([]);
});

it('an unknown key is found, and a file name is none', () => {
  expect(findKeys('Set `search.beamwidth`, see `examples.json`.').map((key) => [key, isKnownKey(key)])).toEqual([
    ['search.beamwidth', false],
  ]);
  expect(isKnownKey('search.beamWidth')).toBe(true);
});
