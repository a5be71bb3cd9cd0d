import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planRun } from '../../../forecast/planRun.ts';
import { loadConfig } from '../../../run/config/loadConfig.ts';
import { parseYaml } from '../../../run/config/parseYaml.ts';
import {
  readPrompt,
  requireFlagText,
  requireModel,
  SCORE_KINDS,
  type ScoreKind,
} from '../../../run/init/starterAnswers.ts';
import { createStarterFiles } from '../../../run/init/starterFiles.ts';
import { writeStarterFiles } from '../../../run/init/writeStarterFiles.ts';

const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'drpo-init-'));
const simulated = { optimizer: 'simulated', scores: ['criteria'] as ScoreKind[] };
const parseConfig = (answers: Parameters<typeof createStarterFiles>[0]): unknown =>
  parseYaml(createStarterFiles(answers, '.')['drpo.yaml'] ?? '');

const combinations = fc.sample(fc.subarray([...SCORE_KINDS], { minLength: 1 }), { numRuns: 40, seed: 1 });
const scoreSets = [...new Map(combinations.map((scores) => [scores.join(), { scores }])).values()];

it.each(scoreSets)('what is written for $scores can be planned as it is', async ({ scores }) => {
  const folder = makeFolder();
  expect(writeStarterFiles(folder, { optimizer: 'simulated', scores })).toEqual([
    'drpo.yaml',
    'questions.csv',
    '.env.example',
  ]);
  const config = loadConfig({ file: join(folder, 'drpo.yaml') });
  expect(config.rewards.mode).toBe(scores.join() === 'checks' ? 'checks' : 'dynamic');
  expect(config.rewards.criteria.length > 0).toBe(scores.join() !== 'checks');
  expect(config.rewards.checks.length > 0).toBe(scores.includes('checks'));
  expect(config.examples.k).toBe(0);
  const { data } = await planRun(config);
  expect(data).toContain('Read 3 queries from questions.csv');
  expect(data?.includes('3 with an expected answer')).toBe(scores.includes('expected'));
});

it('all seven ways to score were tried', () => {
  expect(scoreSets.length).toBe(7);
});

it('a task and a prompt of any text are in the config as they were given', () => {
  const text = fc
    .oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text).toString()),
      fc.constantFrom(
        'a: b',
        '# no comment',
        'no',
        '"',
        "'",
        '- x\r\n- y',
        '{ a: [',
        '|',
        '🙂 %',
        'x: #y\n  z',
        '---',
        '\u2028',
        '*a &b',
      ),
    )
    .filter((text) => text.trim() !== '');
  fc.assert(
    fc.property(text, text, (task, prompt) => {
      const given = { task: requireFlagText('task', task), prompt: requireFlagText('prompt', prompt) };
      expect(parseConfig({ ...simulated, ...given })).toMatchObject({ task: given.task, initialPrompt: given.prompt });
    }),
  );
});

it('without a task the config has a line to fill in', () => {
  expect(parseConfig(simulated)).not.toHaveProperty('task');
  expect(createStarterFiles(simulated, '.')['drpo.yaml']).toContain('\n# task: ');
});

describe('the key of a model', () => {
  it.each([
    { optimizer: 'gpt-6-luna', model: 'gpt-6-luna', name: 'OPENAI_API_KEY' },
    {
      optimizer: 'm@https://openrouter.ai/api/v1',
      model: { model: 'm', baseUrl: 'https://openrouter.ai/api/v1', apiKeyEnv: 'OPENROUTER_API_KEY' },
      name: 'OPENROUTER_API_KEY',
    },
    { optimizer: 'm@http://127.0.0.1:11434/v1', model: 'm@http://127.0.0.1:11434/v1', name: undefined },
    { optimizer: 'm@https://localhost/v1', model: 'm@https://localhost/v1', name: undefined },
    { optimizer: 'm@https://10.0.0.7/v1', model: 'm@https://10.0.0.7/v1', name: undefined },
  ])('of $optimizer is named, and only that', ({ optimizer, model, name }) => {
    const files = createStarterFiles({ ...simulated, optimizer }, '.');
    expect(parseYaml(files['drpo.yaml'] ?? '')).toMatchObject({ models: { optimizer: model } });
    const lines = (files['.env.example'] ?? '').split('\n').filter((line) => !line.startsWith('#') && line !== '');
    expect(lines).toEqual(name === undefined ? [] : [`${name}=`]);
  });

  it.each(['m@https://host/v1?key=abcdef123456', 'sk-abcdefghijklmnop', 'https://host/v1', 'm@https://u:p@host/v1'])(
    'is refused in the place of a model, %s, and not shown',
    (optimizer) => {
      const check = (): unknown => requireModel('optimizer', optimizer);
      expect(check).toThrow(/^--optimizer: expected .*not shown/);
      expect(check).not.toThrow(/abcdef|u:p/);
    },
  );
});

it.each(['drpo.yaml', 'questions.csv', '.env.example', 'drpo.json'])('a folder with %s is left as it is', (name) => {
  const folder = makeFolder();
  writeFileSync(join(folder, name), 'mine');
  expect(() => writeStarterFiles(folder, simulated)).toThrow(`expected a folder without ${name}, got ${folder}`);
  expect(readdirSync(folder)).toEqual([name]);
  expect(readFileSync(join(folder, name), 'utf8')).toBe('mine');
});

it('a folder that cannot be written is named', () => {
  const file = join(makeFolder(), 'file');
  writeFileSync(file, '');
  expect(() => writeStarterFiles(join(file, 'inside'), simulated)).toThrow(
    /^init: expected a folder that can be written, got .*inside \(.*nothing was written$/,
  );
});

it.each(['/proc/drpo', join(makeFolder(), 'a', '\0')])('a folder that cannot be made is named: %j', (folder) => {
  expect(() => writeStarterFiles(folder, simulated)).toThrow('init: expected a folder that can be written');
});

it('the comment for editors leads to the schema of the package in a folder above', () => {
  const folder = makeFolder();
  const inner = join(folder, 'a', 'b');
  mkdirSync(join(folder, 'node_modules', 'drpo'), { recursive: true });
  writeFileSync(join(folder, 'node_modules', 'drpo', 'drpo.schema.json'), '{}');
  const firstLine = (path: string) => createStarterFiles(simulated, path)['drpo.yaml']?.split('\n')[0];
  expect(firstLine(folder)).toBe('# yaml-language-server: $schema=./node_modules/drpo/drpo.schema.json');
  expect(firstLine(inner)).toBe('# yaml-language-server: $schema=../../node_modules/drpo/drpo.schema.json');
});

describe('a prompt', () => {
  it('is read from the file of its name, in any encoding, or is the text itself', async () => {
    const file = join(makeFolder(), 'my prompt.txt');
    writeFileSync(
      file,
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Be kind.\r\nBe short.\r\n', 'utf16le')]),
    );
    expect(await readPrompt(file)).toBe('Be kind.\nBe short.');
    expect(await readPrompt(' Be kind. ')).toBe('Be kind.');
    expect(await readPrompt('Be kind. '.repeat(2000))).toHaveLength(17_999);
  });

  it('of one word is a file, and a missing one is named', async () => {
    await expect(readPrompt('promt.txt')).rejects.toThrow(
      '--prompt: expected a text of several words or a readable file, got "promt.txt", which is no file',
    );
    await expect(readPrompt(' ')).rejects.toThrow('--prompt: expected a text, got an empty one');
  });

  it('from an empty file is refused', async () => {
    const file = join(makeFolder(), 'prompt.txt');
    writeFileSync(file, '\n');
    await expect(readPrompt(file)).rejects.toThrow('--prompt: expected a text, got an empty one');
  });
});
