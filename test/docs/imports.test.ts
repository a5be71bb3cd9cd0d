import { expect, it } from '@jest/globals';
import { join } from 'node:path';
import { listPages, root } from './pages.ts';

/** The source file behind each of the package's doors. */
const DOORS: Readonly<Record<string, string>> = {
  drpo: 'index.ts',
  'drpo/nodes': 'nodes/index.ts',
  'drpo/models': 'models/index.ts',
  'drpo/simulated': 'models/simulated/index.ts',
  'drpo/evals': 'evals/index.ts',
  'drpo/checkpoints': 'checkpoints/index.ts',
};

interface Import {
  page: string;
  name: string;
  file: string;
}

/** The values that a page's TypeScript imports from this package, by its doors or by a path from the root. */
const findImports = (page: string, text: string): Import[] =>
  [...text.matchAll(/import \{([^}]+)\} from '(drpo[\w/]*|\.\/[^']+)'/g)].flatMap(([, names = '', from = '']) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '))
      .map((name) => ({ page, name, file: DOORS[from] ?? from })),
  );

it('every name that a page imports from drpo is exported there', async () => {
  const imports = listPages().flatMap(({ file, text }) => findImports(file, text));
  const missing: string[] = [];
  for (const { page, name, file } of imports) {
    const exported = (await import(join(root, file))) as Record<string, unknown>;
    if (!(name in exported)) missing.push(`${page}: ${name} from ${file}`);
  }
  expect(imports.length).toBeGreaterThan(5);
  expect(missing).toEqual([]);
});

it('types are left out, and a door stands for its file', () => {
  expect(findImports('a.md', "import { drpo, type Judge } from 'drpo';\nimport { x } from 'drpo/nodes';")).toEqual([
    { page: 'a.md', name: 'drpo', file: 'index.ts' },
    { page: 'a.md', name: 'x', file: 'nodes/index.ts' },
  ]);
});
