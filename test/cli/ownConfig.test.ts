import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProgram } from '../../cli/program.ts';
import { findOwnConfig, toConfigSources } from '../../cli/runFlags.ts';

const home = process.cwd();
beforeEach(() => process.chdir(mkdtempSync(join(tmpdir(), 'drpo-own-'))));
afterEach(() => process.chdir(home));

it('a command takes the config of its folder, another that is named, or none', () => {
  const findFile = (config?: string | false): unknown =>
    toConfigSources(findOwnConfig({ set: [], ...(config !== undefined && { config }) })).file;
  expect(findFile()).toBeUndefined();
  writeFileSync('drpo.yaml', 'models: { optimizer: simulated }');
  expect(findFile()).toBe('drpo.yaml');
  expect(findFile('mine.json')).toBe('mine.json');
  expect(findFile(false)).toBeUndefined();
});

it('commands that find a config by themselves, and no others, can be told to take none', () => {
  const names = createProgram()
    .commands.filter(({ options }) => options.some(({ long }) => long === '--no-config'))
    .map((command) => command.name());
  expect(names.toSorted()).toEqual(['compare', 'config', 'icl', 'judge', 'optimize', 'plan']);
});
