import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folders with the sources of the command line. A published package has none of them. */
const SOURCE_FOLDERS = [
  'statistics',
  'state',
  'prompts',
  'checkpoints',
  'models',
  'nodes',
  'graphs',
  'report',
  'run',
  'evals',
  'forecast',
  'server',
  'cli',
];

/**
 * Finds the command line in one file, which starts in a third of the time of its thousand modules (scripts/bundle-cli.ts makes
 * it when the package is installed). Null if there is none, or if a source is newer.
 */
export function findBundledCli(root: string): string | null {
  const file = join(root, 'dist', 'bundle', 'cli.js');
  if (!existsSync(file)) return null;
  const builtMs = statSync(file).mtimeMs;
  const changed = SOURCE_FOLDERS.map((folder) => join(root, folder)).some(
    (folder) => existsSync(folder) && listSources(folder).some((source) => statSync(source).mtimeMs > builtMs),
  );
  return changed ? null : pathToFileURL(file).href;
}

const listSources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => join(folder, name));
