import { dirname, relative, sep } from 'node:path';
import { toCriterionKey, type OwnCriterion } from '../../../state/criterion.ts';
import type { Check } from '../../../state/check.ts';
import type { Turn } from '../../../state/example.ts';
import { describeIssues } from '../../config/describeIssues.ts';
import { formatValue, UserError } from '../../config/userError.ts';
import { UnmappedError } from './fillTemplate.ts';
import { listTests, type ExpandedTest } from './listTests.ts';
import { mapAssertion, type MapOptions, type MappedAssertion } from './mapAssertion.ts';
import { mapProvider } from './mapProvider.ts';
import { PromptfooConfig, READ_KEYS, type PromptfooAssertion } from './promptfooConfig.ts';
import { readStructure, resolveRefs } from './readPromptfooFile.ts';
import { listPrompts, splitPrompt, type SplitPrompt } from './splitPrompt.ts';

/** A query as another tool had it. */
export interface ImportedQuery {
  /** Earlier turns and the query, which is the last. */
  turns: Turn[];
  expected?: string;
  checks: Check[];
  criteria: OwnCriterion[];
  split?: string;
  metadata: Record<string, unknown>;
}

/** What another tool's file gives to a config. */
export interface ImportedTask {
  /** Where it was read, as a person named it. */
  source: string;
  task?: string | undefined;
  prompt?: string | undefined;
  base?: string | undefined;
  queries: ImportedQuery[];
  /** Modules of checks by file name. */
  modules: Record<string, string>;
  /** What has no counterpart, or is not quite the same: a line each. */
  unmapped: string[];
}

/** Reads a config of promptfoo. No code of it is run. @throws UserError if it is none, or if no prompt or test of it maps */
export async function importPromptfoo(file: string, target: string): Promise<ImportedTask> {
  const read = resolveRefs(await readStructure(file));
  const parsed = PromptfooConfig.safeParse(read);
  if (!parsed.success)
    throw new UserError(
      describeIssues(parsed.error, PromptfooConfig, read, file).map((line) =>
        line.startsWith(file) ? line : `${file}: ${line}`,
      ),
    );
  const config = parsed.data;
  const unmapped = new Set<string>();
  const note = (place: string, reason: string): void => void unmapped.add(`${place}: ${reason}`);
  for (const key of Object.keys(config)) if (!READ_KEYS.config.has(key)) note(key, 'does not map');
  const folder = dirname(file);
  const tests = await listTests(config, folder, note);
  const prompt = await choosePrompt(config.prompts, folder, tests, note);
  const base = mapProvider(config.providers ?? config.targets, note);
  const path = relative(target, folder).split(sep).join('/');
  const options = { folder, base: path === '' ? '.' : path.startsWith('.') ? path : `./${path}` };
  const modules: Record<string, string> = {};
  const queries: ImportedQuery[] = [];
  for (const test of tests) {
    try {
      const turns = prompt.toTurns(test.vars);
      if (turns.at(-1)?.content.trim() === '') throw new UnmappedError('its query is empty');
      queries.push({ turns, ...(await mapTest(test, options, modules, note)), metadata: test.metadata });
    } catch (error) {
      if (!(error instanceof UnmappedError)) throw error;
      note(`${test.place} (left out)`, error.message);
    }
  }
  if (queries.length === 0)
    throw new UserError([`${file}: expected at least one test that maps, got none`, ...unmapped]);
  return {
    source: file,
    task: config.description,
    prompt: prompt.system || undefined,
    base,
    queries,
    modules,
    unmapped: [...unmapped],
  };
}

/** The first prompt that maps. @throws UserError if none does */
async function choosePrompt(
  prompts: unknown,
  folder: string,
  tests: readonly ExpandedTest[],
  note: (place: string, reason: string) => void,
): Promise<SplitPrompt> {
  const faults: string[] = [];
  let chosen: SplitPrompt | undefined;
  if (prompts === undefined) throw new UserError('--from: expected a config of promptfoo with "prompts", got none');
  const texts = await listPrompts(prompts, folder).catch((error: unknown) => {
    if (!(error instanceof UnmappedError)) throw error;
    throw new UserError(`--from: expected prompts that map: ${error.message}`);
  });
  for (const [i, text] of texts.entries()) {
    const place = `prompt ${i + 1}`;
    if (chosen) note(place, 'a search begins with one prompt; compare the others with `drpo compare` later');
    else
      try {
        chosen = splitPrompt(
          text,
          tests.map(({ vars }) => vars),
        );
        if (chosen.isCut)
          note(
            place,
            'it was one message; its lines before the first variable are now the system prompt, and the rest is the query',
          );
        if (chosen.system === '')
          note(place, 'it has no text before the query, so the search begins with drpo’s plain prompt');
      } catch (error) {
        if (!(error instanceof UnmappedError)) throw error;
        faults.push(`${place}: ${error.message}`);
      }
  }
  for (const fault of faults) note('prompts', fault);
  if (chosen) return chosen;
  throw new UserError(`--from: expected a prompt that maps, got ${faults.join('; ') || formatValue(prompts)}`);
}

/** What the assertions of a test become. A threshold of the test makes them one group. */
async function mapTest(
  test: ExpandedTest,
  paths: Pick<MapOptions, 'folder' | 'base'>,
  modules: Record<string, string>,
  note: (place: string, reason: string) => void,
): Promise<Pick<ImportedQuery, 'expected' | 'checks' | 'criteria'>> {
  const mapped: MappedAssertion[] = [];
  const map = async (
    assertion: PromptfooAssertion,
    place: string,
    isScored: boolean,
  ): Promise<MappedAssertion['check'][]> => {
    try {
      const one = await mapAssertion(assertion, { ...paths, vars: test.vars, isScored });
      mapped.push(one);
      if (one.module) modules[one.module.name] = one.module.text;
      if (one.remark !== undefined) note(place, one.remark);
      return [one.check];
    } catch (error) {
      if (!(error instanceof UnmappedError)) throw error;
      note(`${place}, ${assertion.type}`, error.message);
      return [];
    }
  };
  const isGraded = test.threshold !== undefined;
  const checks: Check[] = [];
  for (const { assert, ...assertion } of test.assert) {
    if (assertion.type !== 'assert-set')
      checks.push(...(await map(assertion, test.place, isGraded)).filter((one) => one !== undefined));
    else {
      const inner: NonNullable<MappedAssertion['check']>[] = [];
      for (const one of assert ?? []) {
        const made = await map(one, `${test.place}, assert-set`, assertion.threshold !== undefined || isGraded);
        inner.push(...made.filter((check) => check !== undefined));
      }
      if (inner.length === 0) continue;
      const { threshold: min, weight, metric: name } = assertion;
      // below a threshold of the test the mean of a set counts, whether the set itself passes or not
      checks.push({
        type: 'group',
        checks: inner,
        ...(min !== undefined && !isGraded && { min }),
        ...(weight && { weight }),
        ...(name && { name }),
      });
    }
  }
  const criteria = numberCriteria(mapped.flatMap(({ criterion }) => criterion ?? []));
  if (isGraded && criteria.length > 0)
    note(
      test.place,
      `its threshold ${test.threshold} counts over its checks alone; the criteria are scored beside them`,
    );
  const expected = mapped.find((one) => one.expected !== undefined)?.expected;
  return {
    ...(expected !== undefined && { expected }),
    checks: isGraded ? toGroup(checks, test.threshold) : checks,
    criteria,
  };
}

function toGroup(checks: readonly Check[], min: number | undefined): Check[] {
  // a group of groups holds no third level, which an assertion of promptfoo cannot have either
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- mapTest makes no deeper ones
  const inner = checks as Extract<Check, { type: 'group' }>['checks'];
  return inner.length === 0 || min === undefined ? [...inner] : [{ type: 'group', checks: inner, min }];
}

/** Tells criteria of one name apart. */
function numberCriteria(criteria: readonly OwnCriterion[]): OwnCriterion[] {
  const keys = criteria.map(toCriterionKey);
  return criteria.map((one, i) => {
    const before = keys.slice(0, i).filter((key) => key === keys[i]).length;
    return before === 0 ? one : { ...one, name: `${one.name} ${before + 1}` };
  });
}
