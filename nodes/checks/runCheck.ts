import { estimateTokens } from '../../state/estimateTokens.ts';
import type { Check } from '../../state/check.ts';
import type { Query } from '../../state/example.ts';
import type { ToolCall } from '../../state/toolCall.ts';
import { compareTexts, findTexts } from './compareTexts.ts';
import { formatQuote, toResult, type CheckResult } from './checkResult.ts';
import { computeWordSimilarity } from './computeWordSimilarity.ts';
import { followInstruction, followLoosely } from './ifeval/followInstruction.ts';
import { findValidJson, checkJson } from './checkJson.ts';

/** What a check decides on. */
export interface CheckedResponse extends Pick<Query, 'expected' | 'context'> {
  query: string;
  response: string;
  /** The tools that an agent called before it answered. */
  toolCalls?: readonly ToolCall[] | undefined;
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
  equals: (check, { response, expected }) => compareTexts(response, check.value ?? expected, check),
  contains: (check, { response, expected }) => findTexts(response, check.value ?? expected, check),
  regex: ({ pattern, flags = '' }, { response }, { testPattern = testFreely }) =>
    toPatternResult(testPattern(pattern, flags, response), pattern),
  jsonSchema: ({ schema = true, within }, { response }) =>
    within === undefined ? checkJson(response, schema) : findValidJson(response, schema, within),
  length: (check, { response }) => measureLength(response, check),
  language: ({ value }, { response }) => detectLanguage(response, value),
  similarity: ({ value, min }, { response, expected }, { embed }) => {
    const wanted = value ?? expected;
    return wanted === undefined ? null : measureSimilarity(response, wanted, min, embed);
  },
  function: askFunction,
  evaluator: askEvaluator,
  ifeval: verifyInstruction,
  group: weighGroup,
};

const decide = <Type extends Check['type']>(
  check: CheckOf<Type>,
  checked: CheckedResponse,
  tools: CheckTools,
): Decision => DECISIONS[check.type](check, checked, tools);

const testFreely = (pattern: string, flags: string, text: string): boolean => new RegExp(pattern, flags).test(text);

const toPatternResult = (matches: boolean, pattern: string): CheckResult =>
  toResult(matches, `it ${matches ? 'matches' : 'does not match'} the pattern ${pattern}`);

function measureLength(response: string, { min = 0, max = Infinity, unit = 'words' }: CheckOf<'length'>): CheckResult {
  const length = COUNTERS[unit](response);
  const wanted = max === Infinity ? `at least ${min}` : min === 0 ? `at most ${max}` : `${min} to ${max}`;
  return toResult(length >= min && length <= max, `${length} ${unit} where ${wanted} are wanted`);
}

type LengthUnit = NonNullable<CheckOf<'length'>['unit']>;

const COUNTERS: Record<LengthUnit, (text: string) => number> = {
  characters: (text) => countSegments(text, 'grapheme', () => true),
  words: (text) => countSegments(text, 'word', ({ isWordLike }) => isWordLike === true),
  'spaced words': (text) => text.match(/\S+/g)?.length ?? 0,
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
  wanted: string,
  min: number | undefined,
  embed: CheckTools['embed'],
): Promise<CheckResult> {
  const similarity = embed ? computeCosine(await embed([response, wanted])) : computeWordSimilarity(response, wanted);
  const share = Math.min(1, Math.max(0, similarity));
  const remark = `its similarity to ${formatQuote(wanted)} is ${share.toFixed(2)}`;
  return min === undefined ? { share, remark } : toResult(share >= min, `${remark}, at least ${min} is wanted`);
}

function computeCosine([a = [], b = []]: readonly number[][]): number {
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  const length = Math.sqrt(dot(a, a) * dot(b, b));
  return length === 0 ? 0 : dot(a, b) / length;
}

async function verifyInstruction(
  { instruction, kwargs, loose }: CheckOf<'ifeval'>,
  { response }: CheckedResponse,
): Promise<CheckResult> {
  const passed = await (loose ? followLoosely : followInstruction)(response, instruction, kwargs);
  const given = kwargs && Object.keys(kwargs).length > 0 ? ` ${JSON.stringify(kwargs)}` : '';
  return toResult(passed, `it ${passed ? 'follows' : 'does not follow'} the instruction ${instruction}${given}`);
}

/** A group passes if the weighted mean of its checks is at least `min`, or if all of them pass. One that cannot decide decides nothing. */
async function weighGroup(
  { checks, min }: CheckOf<'group'>,
  checked: CheckedResponse,
  tools: CheckTools,
): Promise<CheckResult | null> {
  const results = await Promise.all(checks.map((check) => runCheck(check, checked, tools)));
  const parts = results.flatMap((result, i) => (result ? [{ ...result, weight: checks[i]?.weight ?? 1 }] : []));
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return null;
  const mean = parts.reduce((sum, { share, weight }) => sum + share * weight, 0) / total;
  const least = min ?? 1;
  const passed = min === undefined ? parts.every(({ share }) => share === 1) : mean >= min;
  const wanted = min === undefined ? '' : `, at least ${min} is wanted`;
  const remark = `${parts.map((part) => part.remark).join('; ')}; the mean is ${mean.toFixed(2)}${wanted}`;
  return { share: passed ? 1 : mean / least, remark };
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
    `expected true, false or a number from ${lowest} to ${highest}, got ${['number', 'bigint'].includes(typeof verdict) ? String(verdict) : (JSON.stringify(verdict) ?? typeof verdict)}`,
  );
}
