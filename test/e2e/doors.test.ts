import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Declarations, type Declared } from './declarations.ts';
import { doors, resolveDoors } from './resolveDoors.ts';

const root = resolve(import.meta.dirname, '../..');
// inside the repository, so that packages are found
const folder = mkdtempSync(join(root, 'test/e2e/.doors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = promisify(execFile);
const tsc = (...args: string[]): Promise<unknown> =>
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...args], { cwd: root });

describe('the declarations of the doors', () => {
  const declarations = new Declarations();
  const toDeclarationFile = (door: string): string => join(folder, 'declarations', `${door}.d.ts`);
  const toKey = ({ file, name }: Declared): string => `${name} in ${relative(join(folder, 'declarations'), file)}`;

  beforeAll(() => tsc('-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', join(folder, 'declarations')));

  it('export every type that a public signature names, under its own name', () => {
    const exported = new Map(
      [...doors].map(([subpath, door]) => [subpath, declarations.listExports(toDeclarationFile(door))]),
    );
    const keysOf = (names: ReadonlyMap<string, Declared>): string[] =>
      [...names].flatMap(([name, declared]) => (name === declared.name ? [toKey(declared)] : []));
    const atAnyDoor = new Set([...exported.values()].flatMap(keysOf));
    for (const [subpath, names] of exported) {
      const named = [...names].flatMap(([name, declared]) =>
        declarations.listNamedTypes(declared).map((type) => ({ type, by: name })),
      );
      expect(named.length).toBeGreaterThan(subpath === 'checkpoints' ? -1 : 0);
      expect(
        named.flatMap(({ type, by }) => (atAnyDoor.has(toKey(type)) ? [] : [`${toKey(type)}, named by ${by}`])),
      ).toEqual([]);
    }
  });

  it('are short: a graph is a named type, not its state spelled out', () => {
    const lines = (file: string): number => readFileSync(file, 'utf8').split('\n').length - 1;
    const reached = [...declarations.listReached(toDeclarationFile('graphs/index'))];
    expect(reached.length).toBeGreaterThan(10);
    expect(reached.map(lines).reduce((sum, count) => sum + count, 0)).toBeLessThan(1250);
    for (const graph of ['drpo', 'searchSystemPrompt', 'rewriteExamples'])
      expect(lines(toDeclarationFile(`graphs/${graph}`))).toBeLessThan(60);
  });
});

describe('the examples in the sources', () => {
  const sources = globSync('{index.ts,{run,graphs,nodes,models,evals,checkpoints}/**/*.ts}', { cwd: root });
  const examples = sources.flatMap((file) =>
    extractExamples(readFileSync(join(root, file), 'utf8')).map((text) => ({ file, text })),
  );
  const toExampleFile = (i: number): string => join(folder, `example${i}.ts`);

  beforeAll(() => {
    for (const [i, { text }] of examples.entries()) writeFileSync(toExampleFile(i), resolveDoors(text));
    const config = {
      extends: '../../../tsconfig.json',
      compilerOptions: { noUnusedLocals: false },
      include: ['example*.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  });

  it('show every door', () => {
    for (const subpath of doors.keys())
      expect(examples.filter(({ text }) => text.includes(`from 'drpo${subpath && `/${subpath}`}'`))).not.toEqual([]);
  });

  it('compile without an error', () => tsc('-p', folder));

  it.each(examples.map(({ file }, i) => [file, i] as const))('run and print something: %s', async (_, i) => {
    const { stdout } = await run(process.execPath, [toExampleFile(i)], { cwd: folder });
    expect(stdout.trim()).not.toBe('');
  });
});

describe('the compiler', () => {
  const WRONG = {
    'the step of a wrong swap': {
      code: 'const mine = { ...nodes, judge: async () => ({ points: 4 }) };\ndrpo(mine);',
      message: "The types returned by 'judge(...)' are incompatible",
    },
    'the output that a step lacks': {
      code: 'drpo({ ...nodes, judge: async () => ({ points: 4 }) });',
      message: "Property 'evaluation' is missing",
    },
    'the option that was meant': {
      code: 'drpo(nodes, { beamwidth: 2 });',
      message: "'beamwidth' does not exist in type 'DrpoOptions'. Did you mean to write 'beamWidth'?",
    },
  };
  let errors: string[] = [];

  beforeAll(async () => {
    for (const [i, { code }] of Object.values(WRONG).entries()) {
      const wrong = `import { drpo, type Nodes } from 'drpo';\ndeclare const nodes: Nodes;\n${code}\n`;
      writeFileSync(join(folder, `wrong${i}.ts`), resolveDoors(wrong));
    }
    const config = { extends: '../../../tsconfig.json', include: ['wrong*.ts'] };
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify(config));
    const failure: unknown = await tsc('-p', join(folder, 'wrong.json')).catch((error: unknown) => error);
    errors = z
      .object({ stdout: z.string() })
      .parse(failure)
      .stdout.split(/^(?=test)/m);
  });

  it.each(Object.values(WRONG).map(({ message }, i) => [Object.keys(WRONG)[i], message, i] as const))(
    'names %s',
    (_, message, i) => {
      expect(errors.find((error) => error.includes(`wrong${i}.ts`))).toContain(message);
    },
  );
});

/** The code after each `@example`, up to the next tag or the end of the comment. */
function extractExamples(source: string): string[] {
  return [...source.matchAll(/^ *\* @example\n((?: *\*(?!\/)(?! @).*\n)+)/gm)].map(([, lines = '']) =>
    lines.replace(/^ *\* ?/gm, ''),
  );
}
