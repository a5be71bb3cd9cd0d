import { expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drpo, paperNodes } from '../index.ts';
import { createSimulatedModel } from '../models/simulated/index.ts';
import { createProgram } from '../cli/program.ts';

const file = join(import.meta.dirname, '../README.md');
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

it('the README names every command, and no other', () => {
  const named = [...readFileSync(file, 'utf8').matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(createProgram().commands.map((c) => c.name())));
});
