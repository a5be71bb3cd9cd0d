import { Check } from '../../../state/check.ts';
import type { OwnCriterion } from '../../../state/criterion.ts';
import { formatValue } from '../../config/userError.ts';
import { createFunctionModule, type AssertionCode } from './createFunctionModule.ts';
import { fillTemplate, hasTags, UnmappedError, type Vars } from './fillTemplate.ts';
import { parseList } from './parseExpected.ts';
import type { PromptfooAssertion } from './promptfooConfig.ts';
import { readPart } from './readPromptfooFile.ts';

/** What an assertion becomes. */
export interface MappedAssertion {
  check?: Exclude<Check, { type: 'group' }>;
  criterion?: OwnCriterion;
  /** The answer that it expects. */
  expected?: string;
  /** The module of its check. */
  module?: { name: string; text: string };
  /** What is not as in promptfoo. */
  remark?: string;
}

/** What an assertion is mapped with. */
export interface MapOptions {
  vars: Vars;
  folder: string;
  /** The path from the folder of the written files to the one of promptfoo's config, with "./". */
  base: string;
  /** Whether it stands below a threshold, so that its score counts. */
  isScored: boolean;
}

interface Part {
  type: string;
  value: unknown;
  not: boolean;
  assertion: PromptfooAssertion;
}
type Mapper = (part: Part, options: MapOptions) => MappedAssertion;

/** Maps one assertion with promptfoo's own meaning. @throws UnmappedError if it has no counterpart */
export async function mapAssertion(assertion: PromptfooAssertion, options: MapOptions): Promise<MappedAssertion> {
  const not = assertion.type.startsWith('not-');
  const type = not ? assertion.type.slice('not-'.length) : assertion.type;
  const map = Object.hasOwn(MAPPERS, type) ? MAPPERS[type] : undefined;
  if (!map) throw new UnmappedError('it has no counterpart');
  if (assertion.transform !== undefined)
    throw new UnmappedError('"transform" changes the output before it, and does not map');
  if (assertion.weight === 0) throw new UnmappedError('its weight is 0, so that it counts nothing');
  const value = type === 'javascript' ? assertion.value : await fillValue(assertion.value, options);
  const mapped = map({ type, value, not, assertion }, options);
  if (!mapped.check) return mapped;
  const { weight, metric } = assertion;
  const check = Check.safeParse({
    ...mapped.check,
    ...(weight !== undefined && { weight }),
    ...(metric !== undefined && metric.trim() !== '' && { name: metric.slice(0, 80) }),
    ...(not && type !== 'javascript' && { not }),
  });
  if (!check.success || check.data.type === 'group')
    throw new UnmappedError(
      `its value ${formatValue(assertion.value)} does not fit: ${check.error?.issues[0]?.message ?? ''}`,
    );
  return { ...mapped, check: check.data };
}

async function fillValue(value: unknown, { vars, folder }: MapOptions): Promise<unknown> {
  const read = await readPart(value, folder);
  if (typeof read === 'string') return read === value ? fillTemplate(read, vars) : read;
  if (Array.isArray(read)) return read.map((one: unknown) => (typeof one === 'string' ? fillTemplate(one, vars) : one));
  return read;
}

const makeContains =
  (settings: { match?: 'all' | 'any'; ignoreCase?: true }): Mapper =>
  ({ value }) => ({ check: { type: 'contains', value: settings.match ? toList(value) : toText(value), ...settings } });

function toText(value: unknown): string {
  if ((typeof value === 'string' && value !== '') || typeof value === 'number') return String(value);
  throw new UnmappedError(`expected a text, got ${formatValue(value)}`);
}

const toLiteral = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function toList(value: unknown): string[] {
  const list = typeof value === 'string' ? parseList(value) : value;
  if (Array.isArray(list) && list.length > 0) return list.map(String);
  throw new UnmappedError(`expected a list of texts, got ${formatValue(value)}`);
}

/** Each kind of assertion that maps. */
const MAPPERS: Readonly<Record<string, Mapper>> = {
  equals: ({ value, not }) =>
    typeof value === 'object'
      ? { check: { type: 'jsonSchema', schema: { const: value } } }
      : {
          check: { type: 'equals', value: toLiteral(value), exact: true },
          ...(!not && { expected: toLiteral(value) }),
        },
  contains: makeContains({}),
  icontains: makeContains({ ignoreCase: true }),
  'contains-all': makeContains({ match: 'all' }),
  'contains-any': makeContains({ match: 'any' }),
  'icontains-all': makeContains({ match: 'all', ignoreCase: true }),
  'icontains-any': makeContains({ match: 'any', ignoreCase: true }),
  'starts-with': ({ value }) => ({ check: { type: 'contains', value: toText(value), at: 'start' } }),
  regex: ({ value }) => ({ check: { type: 'regex', pattern: toText(value) } }),
  'is-json': ({ value }) => ({ check: { type: 'jsonSchema', ...toSchema(value) } }),
  'contains-json': ({ value }) => ({ check: { type: 'jsonSchema', within: 'relaxed', ...toSchema(value) } }),
  'word-count': ({ value }) => ({ check: { type: 'length', unit: 'spaced words', ...toBounds(value) } }),
  similar: ({ value, not, assertion }) => ({
    check: { type: 'similarity', value: toText(value), min: assertion.threshold ?? 0.75 },
    ...(!not && { expected: toText(value) }),
    remark: 'similarity is measured by models.embeddings, which need not be the model of promptfoo',
  }),
  javascript: mapJavascript,
  'llm-rubric': (part) => toCriterion(part, 'Rubric', toText(part.value)),
  'g-eval': (part) => toCriterion(part, 'Rubric', [part.value].flat().map(toText).join('; ')),
  'model-graded-closedqa': (part) => toCriterion(part, 'Rubric', toText(part.value)),
  factuality: mapFactuality,
  'model-graded-factuality': mapFactuality,
};

/** A schema in a value: an object, or YAML. None: any JSON passes. */
function toSchema(value: unknown): { schema?: Record<string, unknown> } {
  if (value === undefined || value === null || value === '') return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new UnmappedError(`expected a JSON schema as an object, got ${formatValue(value)}`);
  return { schema: { ...value } };
}

function toBounds(value: unknown): { min?: number; max?: number } {
  if (typeof value === 'object' && value !== null) return { ...value };
  const count = Number(value);
  if (typeof value === 'boolean' || !Number.isInteger(count))
    throw new UnmappedError(`expected a whole number of words, got ${formatValue(value)}`);
  return { min: count, max: count };
}

function toCriterion({ type, not, assertion }: Part, standard: string, description: string): MappedAssertion {
  if (not) throw new UnmappedError('turned round, it has no counterpart; write a criterion that says what is wanted');
  const name =
    (assertion.metric ?? standard)
      .replaceAll(/[\s:()[\]{}"]+/g, ' ')
      .trim()
      .slice(0, 60) || standard;
  const { weight, threshold } = assertion;
  return {
    criterion: { name, description, ...(weight !== undefined && { weight }) },
    remark: `${type} is a criterion, which drpo’s judge scores from 1 to 5${threshold === undefined ? '' : `; its threshold ${threshold} does not map`}`,
  };
}

function mapFactuality(part: Part): MappedAssertion {
  const expected = toText(part.value);
  return { ...toCriterion(part, 'Facts', 'the response agrees in its facts with the expected answer'), expected };
}

/** The code is kept word for word. Nothing of it is run here, and no value of a variable becomes code. */
function mapJavascript({ value, not, assertion }: Part, { vars, base, isScored }: MapOptions): MappedAssertion {
  const code = toText(value).trimEnd();
  const settings = { config: assertion.config, threshold: assertion.threshold, isInverse: not, isScored };
  const [, path, name] = /^file:\/\/(.+\.[cm]?[jt]s)(?::(\w+))?$/.exec(code) ?? [];
  if (code.startsWith('file://') && path === undefined) throw new UnmappedError(`${code} is no module of JavaScript`);
  if (path === undefined && hasTags(code))
    throw new UnmappedError('a variable in its code would become code; read context.vars there instead');
  const other = path === undefined ? /\bcontext\b(?!\??\.(vars|config)\b).{0,30}/.exec(code) : null;
  if (other) throw new UnmappedError(`only context.vars and context.config map, got ${formatValue(other[0])}`);
  const body: AssertionCode =
    path === undefined
      ? { body: toFunctionBody(code) }
      : { module: /^[/\\]/.test(path) ? path : `${base}/${path}`, name };
  const module = createFunctionModule(body, { ...settings, vars: /\bcontext\b/.test(code) || path ? vars : {} });
  return {
    check: {
      type: 'function',
      module: `./${module.name}`,
      ...(assertion.metric === undefined && { name: describeCode(code) }),
    },
    module,
  };
}

const describeCode = (code: string): string => code.replaceAll(/\s+/g, ' ').trim().slice(0, 80);

/** The body of the function that promptfoo makes of code: one line is what it returns, several return themselves. */
function toFunctionBody(code: string): string {
  if (code.includes('\n')) return code;
  const line = code.trim().replace(/;+\s*$/, '');
  if (!/^(const|let|var)\s/.test(line)) return `return ${line}`;
  const end = findLastSemicolon(line);
  const last = line.slice(end + 1).trim();
  return end < 0 || last === '' ? line : `${line.slice(0, end + 1)} return ${last}`;
}

/** Where the last semicolon outside quotation marks is; -1 if there is none. */
function findLastSemicolon(line: string): number {
  let last = -1;
  for (const { 0: part, index } of line.matchAll(/\\.|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|;/g))
    if (part === ';') last = index;
  return last;
}
