import { expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** The rooms from the ground floor up, each with the rooms it may import. `run` and those above it may import all that is below them. */
const GROUND = ['statistics', 'state', 'prompts', 'checkpoints', 'models', 'nodes', 'graphs', 'report'];
const ROOMS: Record<string, readonly string[]> = {
  statistics: [],
  state: ['statistics'],
  prompts: ['state'],
  checkpoints: ['state'],
  models: ['state', 'statistics'],
  nodes: ['prompts', 'state', 'statistics'],
  graphs: ['nodes', 'prompts', 'state', 'statistics'],
  report: ['graphs', 'state', 'statistics'],
  run: GROUND,
  evals: [...GROUND, 'run'],
  forecast: [...GROUND, 'run', 'evals'],
  server: [...GROUND, 'run'],
  cli: [...GROUND, 'run', 'evals', 'forecast', 'server'],
};
/** The folders inside two rooms, each with its siblings that it may import. Files at a room's top are not counted. */
const FOLDERS: Record<string, Record<string, readonly string[]>> = {
  models: {
    langchain: [],
    cache: [],
    openai: ['langchain'],
    batch: ['cache'],
    gateway: ['batch', 'cache', 'langchain'],
    simulated: [],
  },
  graphs: { final: [], beam: ['final'], strategies: ['beam', 'final'] },
};
/** Files that a script makes, no part of what a person reads. */
const GENERATED = new Set(['report/assets.ts', 'evals/plots/echarts.ts']);
const root = resolve(import.meta.dirname, '..');

interface Import {
  file: string;
  from: string;
  to: string;
  target: string;
}

function filesUnder(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, path = '']) => {
    const target = relative(root, resolve(root, dirname(file), path));
    return { file, from: file.split('/')[0] ?? '', to: target.split('/')[0] ?? '', target };
  });
}

const files = Object.keys(ROOMS).flatMap(filesUnder);

it('has files in every folder it speaks of', () => {
  for (const room of Object.keys(ROOMS)) expect(filesUnder(room).length).toBeGreaterThan(0);
});

it('imports run one way', () => {
  const wrong = files.flatMap(importsOf).filter(({ from, to }) => from !== to && !ROOMS[from]?.includes(to));
  expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
});

it('imports between the folders of one room run one way', () => {
  const folderOf = (path: string): string | null =>
    path.split('/').at(2) === undefined ? null : (path.split('/')[1] ?? null);
  const wrong = files.flatMap(importsOf).filter(({ file, from, to, target }) => {
    const [source, destination] = [folderOf(file), folderOf(target)];
    if (from !== to || !FOLDERS[from] || source === null || destination === null || source === destination)
      return false;
    return !FOLDERS[from][source]?.includes(destination);
  });
  expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
});

it('the rooms that hold the algorithm reach no network, no file, no clock and no environment', () => {
  const reach = /from 'node:(?!crypto)|process\.env|\bfetch\(|Date\.now|performance\.now/;
  const pure = files.filter(
    (file) =>
      /^(statistics|state|prompts|nodes|graphs|report(?!\/client)|forecast)\//.test(file) && !GENERATED.has(file),
  );
  expect(pure.filter((file) => reach.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

it('no room holds more than a quarter of the house', () => {
  const lines = (room: string): number =>
    filesUnder(room)
      .filter((file) => !GENERATED.has(file))
      .reduce((sum, file) => sum + readFileSync(join(root, file), 'utf8').split('\n').length, 0);
  const sizes = Object.keys(ROOMS).map((room) => ({ room, lines: lines(room) }));
  const all = sizes.reduce((sum, { lines }) => sum + lines, 0);
  expect(sizes.filter(({ lines }) => lines > all / 4)).toEqual([]);
});

it('has no circles', () => {
  const graph = new Map(files.map((f) => [f, importsOf(f).map((i) => i.target)]));
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) throw new Error(`circle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`);
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  expect(() => files.forEach((file) => visit(file, []))).not.toThrow();
});
