import { afterEach, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvFile } from '../../cli/readEnvFile.ts';

const names = ['DRPO_TEST_NEW', 'DRPO_TEST_OLD'];
afterEach(() => names.forEach((name) => delete process.env[name]));

it('an env file sets variables, but none that is set already', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'drpo-env-')), '.env');
  writeFileSync(file, '# a comment\r\nDRPO_TEST_NEW="new # one"\r\nDRPO_TEST_OLD=other\r\n');
  process.env['DRPO_TEST_OLD'] = 'old';
  readEnvFile(file);
  expect(names.map((name) => process.env[name])).toEqual(['new # one', 'old']);
});

it('an env file that is not there is none', () => {
  expect(() => readEnvFile(join(tmpdir(), 'no-such-folder', '.env'))).not.toThrow();
});
