import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProgram } from '../../cli/program.ts';
import { Decision } from '../../graphs/approve.ts';
import { loadConfig } from '../../run/config/loadConfig.ts';
import { listCodeBlocks, listPages, readPage, root, type CodeBlock } from './pages.ts';
import { listTypedLines } from './shellCommands.ts';

const blocks = [...listPages(), readPage('skills/drpo/SKILL.md')].flatMap(listCodeBlocks);
const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
  .scripts;

/** The commands of a block for a shell: without comments, and one by one. */
const listCommands = (block: CodeBlock): string[] =>
  listTypedLines(block)
    .flatMap((line) => line.replace(/(?:^|\s)#.*$/, '').split(/\s&&\s|\s\|\s/))
    .map((line) => line.trim())
    .filter(Boolean);

/** The words after `drpo`, as a shell splits them. Null: another command. */
function splitDrpoCommand(command: string): string[] | null {
  const words = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
  const at = words.findIndex((word, i) => word === 'drpo' && (words[i + 1] !== 'drpo' || i > 0));
  if (at < 0 || words.includes('install') || words.includes('pip')) return null;
  return words.slice(at + 1).filter((word, i) => !(i === 0 && word === '--'));
}

/** What is wrong with a command: an unknown name or flag, too many operands. Null if the command line would start it. */
function findFault(args: readonly string[]): string | null {
  const program = createProgram();
  const command = program.commands.find((one) => one.name() === args[0]);
  if (!command) return args[0]?.startsWith('--') ? null : `no command ${args[0]}`;
  const { unknown } = command.parseOptions(args.slice(1));
  return unknown.some((word) => word.startsWith('--')) ? `unknown ${unknown.join(' ')}` : null;
}

const commands = blocks.flatMap((block) =>
  listCommands(block).map((command) => ({ where: `${block.page}:${block.line}`, command })),
);

it('every drpo command of a page names a command and flags that exist', () => {
  const checked = commands.flatMap(({ where, command }) => {
    const args = splitDrpoCommand(command);
    return args ? [{ where, command, fault: findFault(args) }] : [];
  });
  expect(checked.length).toBeGreaterThan(40);
  expect(checked.filter(({ fault }) => fault !== null)).toEqual([]);
});

it('every npm script that a page runs is in package.json', () => {
  const named = commands.flatMap(({ where, command }) =>
    [...command.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, name = '']) => ({ where, name })),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ name }) => !(name in scripts))).toEqual([]);
});

describe('blocks that are no program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'drpo-blocks-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const find = (language: string): CodeBlock[] => blocks.filter((block) => block.language === language);
  const load = (text: string, override = {}) => loadConfig({ file: write('drpo.yaml', text), override });

  it('configs are configs, and the one other YAML file is a table of experiments, which is run end to end', () => {
    write('questions.csv', 'question\nWhy?\n');
    const configs = find('yaml').filter(({ text }) => /^models:/m.test(text));
    expect(configs.length).toBeGreaterThan(3);
    for (const { text } of configs) {
      // a config that shows one role, or names an Azure resource, is a part of one
      const isWhole = /^ *optimizer:/m.test(text);
      expect(load(text, isWhole ? {} : { 'models.optimizer': 'simulated' }).models).toBeDefined();
    }
    expect(find('yaml').filter((block) => !configs.includes(block))).toMatchObject([{ page: 'docs/experiments.md' }]);
  });

  it('JSON is a table of prices', () => {
    for (const { text } of find('json'))
      expect(
        load('models: { optimizer: my-model }', { prices: write('prices.json', text) }).models.optimizer.price,
      ).toMatchObject({ input: 0.15 });
  });

  it('JSON with comments is a person’s decision on a level', () => {
    for (const { text } of find('jsonc'))
      expect(Decision.parse(JSON.parse(text.replace(/ \/\/.*$/gm, '').replace(/,(\s*\})/g, '$1')))).toMatchObject({
        level: 1,
      });
  });

  it('are of these kinds alone', () => {
    const programs = ['console', 'sh', 'ts', 'js', 'yaml', 'json', 'jsonc'];
    const others = blocks
      .filter(({ language }) => !programs.includes(language))
      .map(({ page, language }) => [page, language]);
    // the graph, which readme.test.ts draws, the tree of a trace, and an output
    expect(others).toEqual([
      ['README.md', 'mermaid'],
      ['docs/langsmith.md', ''],
      ['docs/task.md', 'text'],
    ]);
  });
});

it('a flag that does not exist is found', () => {
  expect(findFault(['optimize', '--optimiser', 'x'])).toBe('unknown --optimiser x');
  expect(findFault(['optimise'])).toBe('no command optimise');
  expect(splitDrpoCommand('npm run -s drpo -- answer --run runs/a "two words"')).toEqual([
    'answer',
    '--run',
    'runs/a',
    'two words',
  ]);
});
