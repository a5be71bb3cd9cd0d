import { Validator } from '@cfworker/json-schema';
import { getErrorMessage } from '../../state/failure.ts';
import { estimateTokens } from '../../state/estimateTokens.ts';
import type { Check } from '../../state/check.ts';
import type { Query } from '../../state/example.ts';
import type { ToolCall } from '../../state/toolCall.ts';
import { computeWordSimilarity } from './computeWordSimilarity.ts';

/** What a check decides on. */
export interface CheckedResponse extends Pick<Query, 'expected' | 'context'> {
  query: string;
  response: string;
  /** The tools that an agent called before it answered. */
  toolCalls?: readonly ToolCall[] | undefined;
}

/** What a check says: the share of what it asks for, 0 to 1, and a remark for the optimizer. */
export interface CheckResult {
  share: number;
  remark: string;
}

/** A function of a module: true or false, a share from 0 to 1, or that with a remark. */
export type CheckFunction = (checked: CheckedResponse) => unknown;

/** What checks need of the world. */
export interface CheckTools {
  /** Loads the default export of a module. */
  importFunction: (module: string) => Promise<CheckFunction>;
  /** Embeds texts, for the similarity. By default the words that they share count. */
  embed?: ((texts: string[]) => Promise<number[][]>) | undefined;
  /** Whether a text matches a pattern, within a limit of time. By default there is no limit. @throws Error if it takes longer */
  testPattern?: ((pattern: string, flags: string, text: string) => boolean) | undefined;
}

/**
 * Runs one check on a response. Null: it does not concern this query, because it has no expected answer.
 * @throws Error if a module's function fails or says something else than a share
 */
export async function runCheck(check: Check, checked: CheckedResponse, tools: CheckTools): Promise<CheckResult | null> {
  const result = await decide(check, checked, tools);
  if (result === null || !check.not) return result;
  return result.share === 0
    ? { share: 1, remark: 'it is not so, as wanted' }
    : { share: 1 - result.share, remark: `this must not be: ${result.remark}` };
}

type CheckOf<Type extends Check['type']> = Extract<Check, { type: Type }>;
type Decision = CheckResult | null | Promise<CheckResult | null>;
type Decide<Type extends Check['type']> = (
  check: CheckOf<Type>,
  checked: CheckedResponse,
  tools: CheckTools,
) => Decision;

/** How each type of check decides. */
const DECISIONS: { [Type in Check['type']]: Decide<Type> } = {
  equals: ({ value, ignoreCase }, { response, expected }) => compareTexts(response, value ?? expected, ignoreCase),
  contains: ({ value, ignoreCase }, { response, expected }) => findTexts(response, value ?? expected, ignoreCase),
  regex: ({ pattern, flags = '' }, { response }, { testPattern = testFreely }) =>
    toPatternResult(testPattern(pattern, flags, response), pattern),
  jsonSchema: ({ schema = true }, { response }) => validateJson(response, schema),
  length: (check, { response }) => measureLength(response, check),
  language: ({ value }, { response }) => detectLanguage(response, value),
  similarity: ({ min }, { response, expected }, { embed }) =>
    expected === undefined ? null : measureSimilarity(response, expected, min, embed),
  function: askFunction,
  evaluator: askEvaluator,
};

const decide = <Type extends Check['type']>(
  check: CheckOf<Type>,
  checked: CheckedResponse,
  tools: CheckTools,
): Decision => DECISIONS[check.type](check, checked, tools);

const testFreely = (pattern: string, flags: string, text: string): boolean => new RegExp(pattern, flags).test(text);

const toPatternResult = (matches: boolean, pattern: string): CheckResult =>
  toResult(matches, `it ${matches ? 'matches' : 'does not match'} the pattern ${pattern}`);

const toResult = (passed: boolean, remark: string): CheckResult => ({ share: passed ? 1 : 0, remark });
const fold = (text: string, ignoreCase = false): string => (ignoreCase ? text.toLowerCase() : text);
const quote = (text: string): string => JSON.stringify(text.length > 200 ? `${text.slice(0, 199)}…` : text);

function compareTexts(response: string, value: string | undefined, ignoreCase?: boolean): CheckResult | null {
  if (value === undefined) return null;
  const equal = fold(response, ignoreCase).trim() === fold(value, ignoreCase).trim();
  return toResult(equal, equal ? 'it is the expected answer' : `expected exactly ${quote(value)}`);
}

function findTexts(response: string, value: string | string[] | undefined, ignoreCase?: boolean): CheckResult | null {
  if (value === undefined) return null;
  const texts = [value].flat();
  const isFound = (text: string): boolean => fold(response, ignoreCase).includes(fold(text, ignoreCase));
  const [found, missing] = [texts.filter(isFound), texts.filter((text) => !isFound(text))];
  const remarks = [
    ...(found.length ? [`contains ${found.map(quote).join(', ')}`] : []),
    ...(missing.length ? [`lacks ${missing.map(quote).join(', ')}`] : []),
  ];
  return { share: found.length / texts.length, remark: `it ${remarks.join(' and ')}` };
}

/** Faults of a JSON schema that a remark lists at most. */
const MAX_FAULTS = 5;

function validateJson(response: string, schema: Record<string, unknown> | boolean): CheckResult {
  let parsed: unknown;
  try {
    parsed = JSON.parse(response);
  } catch (error) {
    const fenced = /^\s*```/.test(response) ? 'it is in a code fence; ' : '';
    return toResult(false, `expected JSON and nothing else: ${fenced}${getErrorMessage(error)}`);
  }
  const { valid, errors } = new Validator(schema, '2020-12', false).validate(parsed);
  const faults = errors.filter(({ keyword }) => keyword !== 'properties' && keyword !== 'items').slice(0, MAX_FAULTS);
  return toResult(
    valid,
    valid ? 'the JSON is right' : faults.map((f) => `${f.instanceLocation}: ${f.error}`).join(' '),
  );
}

function measureLength(response: string, { min = 0, max = Infinity, unit = 'words' }: CheckOf<'length'>): CheckResult {
  const length = COUNTERS[unit](response);
  const wanted = max === Infinity ? `at least ${min}` : min === 0 ? `at most ${max}` : `${min} to ${max}`;
  return toResult(length >= min && length <= max, `${length} ${unit} where ${wanted} are wanted`);
}

type LengthUnit = NonNullable<CheckOf<'length'>['unit']>;

const COUNTERS: Record<LengthUnit, (text: string) => number> = {
  characters: (text) => countSegments(text, 'grapheme', () => true),
  words: (text) => countSegments(text, 'word', ({ isWordLike }) => isWordLike === true),
  sentences: (text) => countSegments(text, 'sentence', ({ segment }) => /[\p{L}\p{N}]/u.test(segment)),
  lines: (text) => text.split(/\r?\n/).filter((line) => line.trim() !== '').length,
  tokens: estimateTokens,
};

const countSegments = (
  text: string,
  granularity: 'grapheme' | 'word' | 'sentence',
  counts: (part: Intl.SegmentData) => boolean,
): number => [...new Intl.Segmenter('en', { granularity }).segment(text)].filter(counts).length;

async function detectLanguage(response: string, wanted: string): Promise<CheckResult> {
  const { detect } = await import('tinyld');
  const found = detect(response);
  return toResult(
    found === wanted,
    found === '' ? `no language is recognized, ${wanted} is wanted` : `its language is ${found}, ${wanted} is wanted`,
  );
}

async function measureSimilarity(
  response: string,
  expected: string,
  min: number | undefined,
  embed: CheckTools['embed'],
): Promise<CheckResult> {
  const similarity = embed
    ? computeCosine(await embed([response, expected]))
    : computeWordSimilarity(response, expected);
  const share = Math.min(1, Math.max(0, similarity));
  const remark = `its similarity to the expected answer ${quote(expected)} is ${share.toFixed(2)}`;
  return min === undefined ? { share, remark } : toResult(share >= min, `${remark}, at least ${min} is wanted`);
}

function computeCosine([a = [], b = []]: readonly number[][]): number {
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  const length = Math.sqrt(dot(a, a) * dot(b, b));
  return length === 0 ? 0 : dot(a, b) / length;
}

async function askFunction(
  { module }: CheckOf<'function'>,
  checked: CheckedResponse,
  tools: CheckTools,
): Promise<CheckResult> {
  const decideByModule = await tools.importFunction(module);
  const { query, response, toolCalls, expected, context } = checked;
  const known = { query, response, ...(toolCalls && { toolCalls }) };
  const reads = { ...known, ...(expected !== undefined && { expected }), ...(context && { context }) };
  return readVerdict(await decideByModule(reads), [0, 1]);
}

async function askEvaluator(
  { module, range = [0, 1] }: CheckOf<'evaluator'>,
  { query, response, expected }: CheckedResponse,
  tools: CheckTools,
): Promise<CheckResult> {
  const evaluate: (evaluated: never) => unknown = await tools.importFunction(module);
  const evaluated = { inputs: query, outputs: response, referenceOutputs: expected };
  return readVerdict(await Reflect.apply(evaluate, undefined, [evaluated]), range);
}

/** Reads true or false, a number, or an object with `score` or `pass` and a remark. @throws Error if it is something else */
function readVerdict(verdict: unknown, [lowest, highest]: readonly [number, number]): CheckResult {
  const isObject = typeof verdict === 'object' && verdict !== null;
  const own = (key: string): unknown =>
    isObject && Object.hasOwn(verdict, key) ? Reflect.get(verdict, key) : undefined;
  const score = isObject ? (own('score') ?? own('pass')) : verdict;
  const said = own('remark') ?? own('comment') ?? own('reason');
  const share =
    typeof score === 'boolean'
      ? Number(score)
      : typeof score === 'number'
        ? (score - lowest) / (highest - lowest)
        : NaN;
  if (share >= 0 && share <= 1)
    return { share, remark: typeof said === 'string' && said !== '' ? said : `its score is ${String(score)}` };
  throw new Error(
    `expected true, false or a number from ${lowest} to ${highest}, got ${JSON.stringify(verdict) ?? typeof verdict}`,
  );
}
