import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const ROOMS =
  'statistics state prompts checkpoints models nodes graphs report run evals forecast server cli scripts'.split(' ');
/** Files that a script makes. */
const GENERATED = new Set(['report/assets.ts', 'evals/plots/echarts.ts']);

/** What a function of this project may begin with: a verb, or one of the prefixes that stand for one. A new verb is added here. */
const VERBS = new Set(
  `is has to from with create make add advance allocate answer apply arrange ask assign average bootstrap branch build
  bundle check choose classify close collect compare complete compute conclude connect contains correct count decide decode derive describe
  diff draw edit encode ensure enter escape estimate evaluate examine execute exit explain export extract fail fence
  fetch fill filter find fingerprint fit fold follow forecast format forward get group halve handle hash import infer join judge keep
  label list load lock map mark measure merge move normalize open optimize order override pad parse pick plan pluralize pool predict prepare print probe prune
  prove push rank rate read recall reconstruct record redact refuse reject remove render replay report request require resample interpolate resolve
  retrieve retry rewrite round run sample search select send serve shorten shrink shuffle simulate sleep sort split start stop
  suggest sum summarize test trace unwrap update verify wait watch weigh write`.split(/\s+/),
);

/** The graph's own nouns: the graphs, the strategies, the stop criteria. */
const NOUNS = new Set(
  'drpo paperNodes beam greedy stochasticBeam mcts monteCarlo bestOfN depthReached queriesExhausted allRewardsPerfect patience minExpectedGain'.split(
    ' ',
  ),
);

/** Files that hold a family: what its members have in common names the file. Programs in scripts/ are named for what they do. */
const FAMILIES =
  /^scripts\/|\/ifeval\/|\/(?:channels|dom|edges|failure|judgement|sampling|significance|steps|uct)\.ts$/;

const PREPOSITIONS = /(?:Of|In|For|At|From|By|With|To|On|As)$/;

interface Export {
  name: string;
  kind: 'function' | 'class' | 'type' | 'const';
  file: string;
}

const files = ROOMS.flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(room, name)),
).filter((file) => !GENERATED.has(file));

/** The exports a file declares, by its text: prettier begins each on a line of its own. Re-exports are no declarations. */
function listExports(file: string): Export[] {
  const text = readFileSync(join(root, file), 'utf8');
  const declared = (pattern: RegExp, kind: (match: RegExpExecArray) => Export['kind']): Export[] =>
    [...text.matchAll(pattern)].map((match) => ({ name: match[1] ?? '', kind: kind(match), file }));
  const isFunction = (type = '', value = ''): boolean =>
    type.includes('=>') || /^(?:async )?(?:<|\(|\w+ =>)/.test(value.trimStart());
  return [
    ...declared(/^export (?:async )?function\*? (\w+)/gm, () => 'function'),
    ...declared(/^export const (\w+)((?:[^=\n]|=>)*) =\s+([^\n]*)/gm, ([, , type, value]) =>
      isFunction(type, value) ? 'function' : 'const',
    ),
    ...declared(/^export (?:abstract )?class (\w+)/gm, () => 'class'),
    ...declared(/^export (?:type|interface) (\w+)/gm, () => 'type'),
  ];
}

const exported = files.flatMap(listExports);
const functions = exported.filter(({ kind }) => kind === 'function');
const at = ({ name, file }: Export): string => `${name} (${file})`;

it('reads the exports of every room', () => {
  expect(functions.length).toBeGreaterThan(500);
  expect(exported.some(({ name, kind }) => name === 'Gateway' && kind === 'class')).toBe(true);
});

it('an exported function begins with a verb', () => {
  const wrong = functions.filter(({ name }) => !NOUNS.has(name) && !VERBS.has(/^[a-z]+/.exec(name)?.[0] ?? ''));
  expect(wrong.map(at)).toEqual([]);
});

it('no exported name is declared in two files', () => {
  const homes = new Map<string, Set<string>>();
  for (const { name, file } of exported) homes.set(name, (homes.get(name) ?? new Set()).add(file));
  const twice = [...homes].filter(([, inFiles]) => inFiles.size > 1);
  expect(twice.map(([name, inFiles]) => `${name}: ${[...inFiles].join(', ')}`)).toEqual([]);
});

it('no exported name ends in a bare preposition, and no type is a bare participle', () => {
  const wrong = exported.filter(
    ({ name, kind }) => PREPOSITIONS.test(name) || (kind === 'type' && /^[A-Z][a-z]*(?:ed|ing)$/.test(name)),
  );
  expect(wrong.map(at)).toEqual([]);
});

it('a file is named for what it exports', () => {
  const wrong = files.filter((file) => {
    const own = new Set(
      exported.filter((one) => one.file === file).map(({ name }) => name.toLowerCase().replaceAll('_', '')),
    );
    const name = basename(file, '.ts');
    if (name === 'index' || own.size === 0 || FAMILIES.test(file)) return false;
    const words = name.split(/(?=[A-Z])|-/).map((word) => word.toLowerCase().replace(/(?:ies|es|s|y|e)$/, ''));
    const isNamed = (word: string): boolean => [...own].some((one) => one.includes(word));
    // one export gives the file all of its words, several share one
    return own.size === 1 ? !words.every(isNamed) : !words.some(isNamed);
  });
  const names = (file: string): string =>
    exported
      .filter((one) => one.file === file)
      .map(({ name }) => name)
      .join(', ');
  expect(wrong.map((file) => `${file}: ${names(file)}`)).toEqual([]);
});
