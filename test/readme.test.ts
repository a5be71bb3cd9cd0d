import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve as resolvePath } from 'node:path';
import { drpo, paperNodes } from '../index.ts';
import { createSimulatedModel } from '../models/simulated/index.ts';
import { createProgram } from '../cli/program.ts';

const root = resolvePath(import.meta.dirname, '..');
const file = join(root, 'README.md');
const models = {
  base: createSimulatedModel('base'),
  reward: createSimulatedModel('reward'),
  judge: createSimulatedModel('judge'),
  optimizer: createSimulatedModel('optimizer'),
};

it('the README shows the graph as LangGraph draws it from the code (UPDATE=1 draws it again)', async () => {
  const mermaid = (await drpo(paperNodes(models)).getGraphAsync({ xray: true })).drawMermaid();
  const block = `<!-- graph -->\n\n\`\`\`mermaid\n${mermaid.trim()}\n\`\`\`\n\n<!-- /graph -->`;
  const text = readFileSync(file, 'utf8');
  if (process.env['UPDATE'])
    writeFileSync(
      file,
      text.replace(/<!-- graph -->[\s\S]*<!-- \/graph -->/, () => block),
    );
  expect(readFileSync(file, 'utf8')).toContain(block);
});

it('the README’s swap of a node compiles and runs', async () => {
  const code = /```ts\n([\s\S]*?)```/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  const folder = mkdtempSync(join(root, 'test', '.readme-'));
  try {
    writeFileSync(join(folder, 'swap.ts'), code.replace("'drpo'", "'../../index.ts'"));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.json', include: ['swap.ts'] }),
    );
    const errors = await new Promise<string>((resolve) =>
      execFile(join(root, 'node_modules/.bin/tsc'), ['-p', folder], (_, stdout) => resolve(stdout)),
    );
    expect(errors).toBe('');
    const { search } = (await import(join(folder, 'swap.ts'))) as {
      search: (m: typeof models) => ReturnType<typeof drpo>;
    };
    const { bestPrompt } = await search(models).invoke({
      queries: ['How do tides work?', 'What is a loan?'],
      examples: [],
    });
    expect(bestPrompt).not.toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('the README names every command, and no other', () => {
  const named = [...readFileSync(file, 'utf8').matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(createProgram().commands.map((c) => c.name())));
});
