import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from '../shared/cli.ts';

let folder: string;
// inside the repository, so that packages are found
beforeEach(() => void (folder = mkdtempSync(join(root, 'test/e2e/.compile-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** What the compiler prints about a project. */
const compile = async (project: string): Promise<string> =>
  (await run(join(root, 'node_modules/.bin/tsc'), ['-p', project])).stdout;

/** What the compiler prints about files, all compiled at once. */
async function compileFiles(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code);
  const settings = { extends: '../../../tsconfig.json', include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  return compile(folder);
}

it('a wrong swap of a node fails to compile, and the error names the field', async () => {
  const swaps = {
    right: `judge: async () => ({ evaluation: {} })`,
    wrongJudge: `judge: async () => ({ verdict: 4 })`,
    wrongRespond: `respond: async () => ({ response: 7 })`,
    wrongQueries: `sampleQueries: async () => ({ queries: 7 })`,
  };
  const files = Object.entries(swaps).map(([name, swap]) => [
    `${name}.ts`,
    `import { drpo, paperNodes, type Models } from '../../../index.ts';\ndeclare const models: Models;\ndrpo({ ...paperNodes(models), ${swap} });\n`,
  ]);
  const errors = (await compileFiles(Object.fromEntries(files))).split(/\n(?=\S)/);
  const findErrors = (name: keyof typeof swaps): string => errors.filter((e) => e.includes(`${name}.ts(`)).join('\n');
  expect(findErrors('right')).toBe('');
  expect(findErrors('wrongJudge')).toMatch(/evaluation/);
  expect(findErrors('wrongRespond')).toMatch(/response/);
  expect(findErrors('wrongQueries')).toMatch(/queries/);
});

it('the page’s script compiles against the types of a browser', async () =>
  expect(await compile(join(root, 'report/client'))).toBe(''));

it.each([
  ['report/assets.ts is the bundle of report/client', 'bundle-page.ts'],
  ['the charts’ bundle holds the installed version of their library', 'bundle-charts.ts'],
])('%s', async (_, script) =>
  expect(await run(process.execPath, [join(root, 'scripts', script), '--check'])).toMatchObject({ status: 0 }),
);
