import { expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvFile } from '../../cli/readEnvFile.ts';

it('an env file sets variables, but none that is set already', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'drpo-env-')), '.env');
  writeFileSync(file, '\uFEFFDRPO_TEST_FIRST=1\n# a comment\r\nDRPO_TEST_NEW="new # one"\r\nDRPO_TEST_OLD=other\r\n');
  const env = { DRPO_TEST_OLD: 'old' };
  readEnvFile(file, env);
  expect(env).toEqual({ DRPO_TEST_FIRST: '1', DRPO_TEST_NEW: 'new # one', DRPO_TEST_OLD: 'old' });
});

it('an env file that is not there is none', () => {
  expect(() => readEnvFile(join(tmpdir(), 'no-such-folder', '.env'))).not.toThrow();
});
