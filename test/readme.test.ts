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

it('the README tells the recorded run as its result.json has it', () => {
  const folder = join(import.meta.dirname, '../examples/runs/bike-shop');
  const text = readFileSync(file, 'utf8').replace(/\s+/g, ' ');
  const result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as {
    verdict: { mean: number; low: number; high: number; queries: number };
    calls: Record<string, number>;
    seconds: number;
    bestPrompt: string;
    nodes: { prompt: string }[];
  };
  const { mean, low, high, queries } = result.verdict;
  const pairs = readFileSync(join(folder, 'proof.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as Record<'first' | 'challenger', { response: string; reward: number }> & { query: string },
    );
  const computeMean = (side: 'first' | 'challenger'): string =>
    (pairs.reduce((sum, pair) => sum + pair[side].reward, 0) / pairs.length).toFixed(2);
  const countFull = (side: 'first' | 'challenger'): number => pairs.filter((pair) => pair[side].reward === 5).length;
  const told = pairs.find(({ query }) => text.includes(query));
  expect(told).toBeDefined();
  for (const part of [
    `better by ${mean.toFixed(2)} points of 5`,
    `interval is ${low.toFixed(2)} to ${high.toFixed(2)}, on ${queries} fresh questions`,
    `${Object.values(result.calls).reduce((a, b) => a + b)} calls and ${Math.round(result.seconds / 60)} minutes`,
    `| ${countFull('first')} of ${pairs.length} | ${countFull('challenger')} of ${pairs.length} |`,
    `| ${computeMean('first')} | ${computeMean('challenger')} |`,
    result.nodes[0]?.prompt ?? '',
    result.bestPrompt.replaceAll('\n', '<br>'),
    `before: ${told?.first.reward} of 5 points | after: ${told?.challenger.reward} of 5 points`,
    told?.challenger.response ?? '',
  ])
    expect(text).toContain(part.replace(/\s+/g, ' '));
});

it('the badge of the licence names that of package.json, and no picture comes from the network', () => {
  const { license } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
    license: string;
  };
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(`Licence: ${license}`);
  expect(readFileSync(join(import.meta.dirname, '../LICENSE'), 'utf8')).toMatch(new RegExp(`^${license} `));
  expect(text.match(/!\[[^\]]*\]\(https?:/g)).toBeNull();
});

it('the badge of Node names the versions that .ci/run tests', () => {
  const ci = readFileSync(join(import.meta.dirname, '../.ci/run'), 'utf8');
  const [, oldest, newest] = /for version in ([\d.]+) ([\d.]+)/.exec(ci) ?? [];
  const short = (version = ''): string => version.split('.').slice(0, 2).join('.');
  const tested = `${short(oldest)} to ${short(newest)}`;
  expect(readFileSync(file, 'utf8')).toContain(`Node ${tested}`);
  expect(readFileSync(join(import.meta.dirname, '../docs/images/badge-node.svg'), 'utf8')).toContain(`>${tested}<`);
});
