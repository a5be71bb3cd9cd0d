import type { Check } from '../../state/check.ts';
import { toReward, type Criterion } from '../../state/criterion.ts';
import { escapeTemplate } from './escapeTemplate.ts';

/** An assertion of promptfoo, as it is written. */
export type WrittenAssertion = Record<string, unknown> & { type: string };

type CheckOf<Type extends Check['type']> = Extract<Check, { type: Type }>;
/** What a type of check becomes without its name, weight and `not`. Undefined: it has no counterpart. */
type Writer<Type extends Check['type']> = (
  check: CheckOf<Type>,
  expected: string | undefined,
) => WrittenAssertion | undefined;

/** Makes a check an assertion of promptfoo with the same meaning. Undefined: it has no counterpart. */
export function toAssertion(check: Check, expected: string | undefined): WrittenAssertion | undefined {
  const written = writeCheck(check, expected);
  if (!written) return undefined;
  const { weight, name, not } = check;
  if (not && written.type === 'assert-set') return undefined;
  return {
    ...written,
    type: `${not ? 'not-' : ''}${written.type}`,
    ...(name !== undefined && { metric: escapeTemplate(name) }),
    ...(weight !== undefined && { weight }),
  };
}

/** Makes a criterion an assertion that promptfoo's grader decides. */
export function toRubric(criterion: Criterion): WrittenAssertion {
  const { name, scoring, weight } = toReward(criterion);
  return {
    type: 'llm-rubric',
    value: escapeTemplate(`${name}: ${scoring}`),
    metric: escapeTemplate(name),
    ...(weight !== undefined && { weight }),
  };
}

const makeJavascript = (code: string): WrittenAssertion => ({ type: 'javascript', value: escapeTemplate(code) });
const toCode = (value: unknown): string => JSON.stringify(value);
const countSegments = (granularity: string, filter: string): string =>
  `[...new Intl.Segmenter("en", { granularity: "${granularity}" }).segment(output)]${filter}.length`;

/** How promptfoo counts what `length` counts. Tokens are an estimate of drpo's own. */
const LENGTHS: Readonly<Record<string, string>> = {
  words: countSegments('word', '.filter((part) => part.isWordLike)'),
  'spaced words': '(output.match(/\\S+/g) ?? []).length',
  characters: countSegments('grapheme', ''),
  sentences: countSegments('sentence', '.filter((part) => /[\\p{L}\\p{N}]/u.test(part.segment))'),
  lines: 'output.split(/\\r?\\n/).filter((line) => line.trim() !== "").length',
};

const WRITERS: { [Type in Check['type']]: Writer<Type> } = {
  equals: ({ value, ignoreCase, exact }, expected) => {
    const wanted = value ?? expected;
    if (wanted === undefined) return undefined;
    if (exact && !ignoreCase) return { type: 'equals', value: escapeTemplate(wanted) };
    const fold = (text: string): string => `${text}${ignoreCase ? '.toLowerCase()' : ''}${exact ? '' : '.trim()'}`;
    return makeJavascript(`${fold('output')} === ${fold(toCode(wanted))}`);
  },
  contains: ({ value, ignoreCase, match, at }, expected) => {
    const texts = [value ?? expected ?? []].flat();
    const [only] = texts;
    if (only === undefined) return undefined;
    const fold = (text: string): string => `${text}${ignoreCase ? '.toLowerCase()' : ''}`;
    const isPlain = texts.length === 1 && at === undefined;
    if (isPlain) return { type: ignoreCase ? 'icontains' : 'contains', value: escapeTemplate(only) };
    if (match && at === undefined)
      return { type: `${ignoreCase ? 'i' : ''}contains-${match}`, value: texts.map(escapeTemplate) };
    if (at === 'start' && texts.length === 1 && !ignoreCase)
      return { type: 'starts-with', value: escapeTemplate(only) };
    const test = `(text) => ${fold('output')}.${at === 'start' ? 'startsWith' : 'includes'}(${fold('text')})`;
    const found =
      match === 'any'
        ? `.some(${test})`
        : match === 'all'
          ? `.every(${test})`
          : `.filter(${test}).length / ${texts.length}`;
    return { ...makeJavascript(`${toCode(texts)}${found}`), ...(match === undefined && { threshold: 1 }) };
  },
  regex: ({ pattern, flags = '' }) =>
    flags === ''
      ? { type: 'regex', value: escapeTemplate(pattern) }
      : makeJavascript(`new RegExp(${toCode(pattern)}, ${toCode(flags)}).test(output)`),
  jsonSchema: ({ schema, within }) =>
    typeof schema === 'boolean' || within === 'json'
      ? undefined
      : { type: within ? 'contains-json' : 'is-json', ...(schema && { value: schema }) },
  length: ({ min = 0, max, unit = 'words' }) => {
    const count = LENGTHS[unit];
    if (count === undefined) return undefined;
    if (unit === 'spaced words') return { type: 'word-count', value: { min, ...(max !== undefined && { max }) } };
    return makeJavascript(`const count = ${count}; count >= ${min}${max === undefined ? '' : ` && count <= ${max}`}`);
  },
  similarity: ({ value, min }, expected) =>
    min === undefined || (value ?? expected) === undefined
      ? undefined
      : { type: 'similar', value: escapeTemplate(value ?? expected ?? ''), threshold: min },
  language: () => undefined,
  function: () => undefined,
  evaluator: () => undefined,
  ifeval: () => undefined,
  group: ({ checks, min }, expected) => {
    const inner = checks.map((check) => toAssertion(check, expected));
    const isFlat = inner.every((one) => one !== undefined && !one.type.endsWith('assert-set'));
    return isFlat ? { type: 'assert-set', assert: inner, ...(min !== undefined && { threshold: min }) } : undefined;
  },
};

const writeCheck = <Type extends Check['type']>(
  check: CheckOf<Type>,
  expected: string | undefined,
): WrittenAssertion | undefined => WRITERS[check.type](check, expected);
