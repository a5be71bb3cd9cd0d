import { resolve } from 'node:path';
import { z } from 'zod';
import { readText } from '../../config/decodeFile.ts';
import { formatValue, UserError } from '../../config/userError.ts';
import { resolveVars, UnmappedError, type Vars } from './fillTemplate.ts';
import { parseExpected } from './parseExpected.ts';
import {
  CHANGING_KEYS,
  PromptfooTest,
  READ_KEYS,
  type PromptfooAssertion,
  type PromptfooConfig,
} from './promptfooConfig.ts';
import { findPath, readPart, readStructure, readTableItems } from './readPromptfooFile.ts';

type TestAssertion = NonNullable<PromptfooTest['assert']>[number];

/** A test with one value for each variable. */
export interface ExpandedTest {
  /** Its number in the config, from 1; a test with lists of values is several. */
  place: string;
  vars: Vars;
  assert: TestAssertion[];
  threshold?: number | undefined;
  metadata: Record<string, unknown>;
}

/** Notes a part that has no counterpart: its place, and the reason. */
export type NoteUnmapped = (place: string, reason: string) => void;

/** Lists the tests of a config as promptfoo runs them: each combination of values, with what `defaultTest` adds. @throws UserError */
export async function listTests(config: PromptfooConfig, folder: string, note: NoteUnmapped): Promise<ExpandedTest[]> {
  const standard = PromptfooTest.parse((await readPart(config.defaultTest, folder)) ?? {});
  const own = await readTests(config.tests ?? [], folder, note);
  const numbered = own.map((test, i) => ({ test: mergeTests(standard, test), place: `test ${i + 1}` }));
  const scenarios = (config.scenarios ?? []).flatMap(({ config: data, tests = [{}] }, i) =>
    data.flatMap((values) =>
      tests.map((test) => ({
        // asserts of defaultTest come in once, with the merged test
        test: mergeTests(standard, mergeTests(values, test)),
        place: `scenario ${i + 1}`,
      })),
    ),
  );
  const expanded: ExpandedTest[] = [];
  for (const { test, place } of [...numbered, ...scenarios]) {
    try {
      noteUnread(test, place, note);
      expanded.push(...(await expandTest(test, place, folder, note)));
    } catch (error) {
      if (!(error instanceof UnmappedError)) throw error;
      note(`${place} (left out)`, error.message);
    }
  }
  return expanded;
}

const mergeTests = (first: PromptfooTest, second: PromptfooTest): PromptfooTest => ({
  ...first,
  ...second,
  vars: { ...toVars(first.vars), ...toVars(second.vars) },
  assert: [...(second.options?.disableDefaultAsserts ? [] : (first.assert ?? [])), ...(second.assert ?? [])],
  options: { ...first.options, ...second.options },
  metadata: { ...first.metadata, ...second.metadata },
});

function toVars(vars: PromptfooTest['vars']): Record<string, unknown> {
  if (typeof vars === 'string' || Array.isArray(vars)) return { '': vars };
  return vars ?? {};
}

async function readTests(
  tests: NonNullable<PromptfooConfig['tests']>,
  folder: string,
  note: NoteUnmapped,
): Promise<PromptfooTest[]> {
  const all: PromptfooTest[] = [];
  for (const one of [tests].flat()) {
    if (typeof one !== 'string') all.push(one);
    else
      try {
        all.push(...(await readTestFile(one, folder)));
      } catch (error) {
        if (!(error instanceof UnmappedError)) throw error;
        note('tests', error.message);
      }
  }
  return all;
}

async function readTestFile(name: string, folder: string): Promise<PromptfooTest[]> {
  const file = findPath(name, folder);
  if (file === undefined || /[*?]/.test(name) || !/\.(csv|json|jsonl|ya?ml)$/i.test(file))
    throw new UnmappedError(`expected a file that ends in .csv, .json, .jsonl or .yaml, got ${formatValue(name)}`);
  if (/\.csv$/i.test(file)) return (await readTableItems(file)).map((row) => readTableTest(Object(row)));
  const items = /\.jsonl$/i.test(file) ? await readTableItems(file) : [await readStructure(file)].flat();
  const parsed = z.array(PromptfooTest).safeParse(items);
  if (parsed.success) return parsed.data;
  throw new UserError(`${file}: expected tests of promptfoo, got something else: ${parsed.error.issues[0]?.message}`);
}

/** A row of a table: columns that begin with two underscores have a meaning, the others are variables. */
function readTableTest(row: Readonly<Record<string, string>>): PromptfooTest {
  const cells = Object.entries(row);
  const [vars, special] = [
    cells.filter(([name]) => !name.startsWith('__')),
    cells.filter(([name]) => name.startsWith('__')),
  ];
  const assert: PromptfooAssertion[] = [];
  const options: Record<string, unknown> = {};
  const metadata: Record<string, unknown> = {};
  let rest: Pick<PromptfooTest, 'description' | 'threshold'> = {};
  for (const [name, cell] of special) {
    if (name.startsWith('__expected')) assert.push(parseExpected(cell));
    else if (name === '__description') rest = { ...rest, description: cell };
    else if (name === '__threshold') rest = { ...rest, threshold: Number(cell) };
    else if (name.startsWith('__metadata:')) metadata[name.slice('__metadata:'.length)] = cell;
    else if (name.startsWith('__config:') && /^__config:__expected(\d*):threshold$/.test(name)) {
      const at = Number(/__expected(\d*)/.exec(name)?.[1] || 1) - 1;
      const changed = assert[at];
      if (changed) assert[at] = { ...changed, threshold: Number(cell) };
    } else if (name !== '__metric') options[name.slice(2)] = cell;
  }
  const metric = row['__metric'];
  return {
    ...rest,
    vars: Object.fromEntries(vars),
    assert: assert.map((one) => ({ ...one, metric })),
    options,
    metadata,
  };
}

/** @throws UnmappedError if a key changes what is sent or scored */
function noteUnread(test: PromptfooTest, place: string, note: NoteUnmapped): void {
  const options = Object.keys(test.options ?? {});
  const changing = [...Object.keys(test), ...options].find(
    (key) => CHANGING_KEYS.has(key) && !READ_KEYS.options.has(key),
  );
  if (changing !== undefined) throw new UnmappedError(`"${changing}" changes what is sent or scored, and does not map`);
  for (const key of Object.keys(test)) if (!READ_KEYS.test.has(key)) note(place, `"${key}" does not map`);
  for (const key of options) if (!READ_KEYS.options.has(key)) note(place, `"options.${key}" does not map`);
}

async function expandTest(
  test: PromptfooTest,
  place: string,
  folder: string,
  note: NoteUnmapped,
): Promise<ExpandedTest[]> {
  const { assert = [], threshold, description, metadata } = test;
  const vars = toVars(test.vars);
  if ('' in vars) throw new UnmappedError('variables in a file of their own do not map; write them into the test');
  const lists: [string, unknown[]][] = [];
  for (const [name, value] of Object.entries(vars))
    lists.push([name, await listValues(name, value, test.options?.disableVarExpansion === true, folder, place, note)]);
  const combinations = lists.reduce<Record<string, unknown>[]>(
    (made, [name, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  return combinations.map((one) => ({
    place,
    vars: resolveVars(one),
    assert: assert ?? [],
    threshold,
    metadata: { ...metadata, ...(description !== undefined && { description }) },
  }));
}

/** The values that a variable has one after the other: the items of a list whose first item is a text, as in promptfoo. */
async function listValues(
  name: string,
  value: unknown,
  isWhole: boolean,
  folder: string,
  place: string,
  note: NoteUnmapped,
): Promise<unknown[]> {
  if (typeof value === 'string' && value.startsWith('file://')) return [await readVarFile(name, value, folder)];
  if (!Array.isArray(value) || isWhole) return [value];
  if (typeof value[0] === 'string') {
    if (value.some((one) => String(one).startsWith('file://')))
      throw new UnmappedError(`the variable ${name} lists files, which do not map; write their texts out`);
    return value;
  }
  note(
    place,
    `the variable ${name} is the one text "${value.join(',')}": promptfoo makes several tests of a list only if its first item is a text`,
  );
  return [value];
}

async function readVarFile(name: string, value: string, folder: string): Promise<string> {
  const file = resolve(folder, value.slice('file://'.length));
  if (/[*?[{]/.test(value)) throw new UnmappedError(`the variable ${name} names several files, ${formatValue(value)}`);
  if (/\.ya?ml$/i.test(file)) return JSON.stringify(await readStructure(file));
  if (/\.(txt|md|json|csv|html?)$/i.test(file)) return (await readText(file, '--from')).trim();
  throw new UnmappedError(`the variable ${name} is no file of text: ${formatValue(value)}; code is not run here`);
}
