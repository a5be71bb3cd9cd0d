import { expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findConfig } from '../../../run/config/findConfig.ts';

it('the one config of a folder is found by its name, and several are refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'drpo-config-'));
  writeFileSync(join(folder, 'config.yaml'), '');
  expect(findConfig(folder)).toBeUndefined();
  writeFileSync(join(folder, 'drpo.json'), '{}');
  expect(findConfig(folder)).toBe('drpo.json');
  writeFileSync(join(folder, 'drpo.yaml'), '');
  expect(() => findConfig(folder)).toThrow('expected one config in this folder, got drpo.yaml and drpo.json');
});
