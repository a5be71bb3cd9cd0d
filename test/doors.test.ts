import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };

const root = resolve(import.meta.dirname, '..');
/** What only the command line and the servers need. */
const HEAVY_PACKAGES = ['commander', 'hono', '@hono/node-server', '@resvg/resvg-js', '@langchain/langgraph-sdk'];

const doors = Object.entries(packageJson.exports).flatMap(([name, target]) =>
  typeof target === 'string'
    ? []
    : [{ name, target, source: target.default.replace('./dist/', '').replace('.js', '.ts') }],
);

/** What a source file loads when it is imported: all but types and dynamic imports. */
function listStaticImports(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  return [...text.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm)].map(([, path = '']) =>
    path.startsWith('.') ? relative(root, resolve(root, dirname(file), path)) : path,
  );
}

function collectStaticImports(file: string, reached = new Set<string>()): Set<string> {
  if (reached.has(file)) return reached;
  reached.add(file);
  if (file.endsWith('.ts')) for (const next of listStaticImports(file)) collectStaticImports(next, reached);
  return reached;
}

it('the package has six doors, each with its declarations beside it', () => {
  expect(doors.map(({ name, source }) => [name, source])).toEqual([
    ['.', 'index.ts'],
    ['./nodes', 'nodes/index.ts'],
    ['./models', 'models/index.ts'],
    ['./simulated', 'models/simulated/index.ts'],
    ['./evals', 'evals/index.ts'],
    ['./checkpoints', 'checkpoints/index.ts'],
  ]);
  for (const { target } of doors) expect(target.types).toBe(target.default.replace(/js$/, 'd.ts'));
  const built = readFileSync(join(root, 'tsconfig.build.json'), 'utf8');
  for (const { source } of doors) expect(built).toContain(`"${source}"`);
});

it('no door loads the command line, a server, or a package that only they need', () => {
  for (const { source } of doors) {
    const reached = [...collectStaticImports(source)];
    expect(reached.length).toBeGreaterThan(1);
    expect(reached.filter((file) => /^(server|cli|scripts|test)\//.test(file))).toEqual([]);
    expect(
      reached.filter((name) => HEAVY_PACKAGES.some((heavy) => name === heavy || name.startsWith(`${heavy}/`))),
    ).toEqual([]);
  }
});
