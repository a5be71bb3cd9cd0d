import { describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findBundledCli } from '../../cli/findBundle.ts';

/** A package's folder with a bundle made at second 100, and a source of that second. */
function folder(source: number): { root: string; bundle: string; source: string } {
  const root = mkdtempSync(join(tmpdir(), 'drpo-bundled-'));
  const written = (path: string, second: number): string => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), '');
    utimesSync(join(root, path), second, second);
    return join(root, path);
  };
  return { root, bundle: written('dist/bundle/cli.js', 100), source: written('graphs/drpo.ts', source) };
}

describe('the bundled command line', () => {
  it('is used if it is newer than its sources, or without sources', () => {
    const { root, bundle } = folder(99);
    expect(findBundledCli(root)).toBe(pathToFileURL(bundle).href);
    rmSync(join(root, 'graphs'), { recursive: true });
    expect(findBundledCli(root)).toBe(pathToFileURL(bundle).href);
  });

  it('is not used if a source is newer, or if it does not exist', () => {
    expect(findBundledCli(folder(101).root)).toBeNull();
    expect(findBundledCli(mkdtempSync(join(tmpdir(), 'drpo-bundled-')))).toBeNull();
  });
});
