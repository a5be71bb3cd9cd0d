import { z } from 'zod';
import { hasIfevalKwargs, IFEVAL_KINDS } from './ifevalInstruction.ts';
import { isClosedSchema } from './isClosedSchema.ts';
import { LANGUAGE_CODES } from './languageCodes.ts';

const common = {
  /** How remarks and results name the check. Default: what it checks. */
  name: z
    .string()
    .min(1)
    .max(80)
    .refine((name) => name !== '__proto__', 'expected another name')
    .exactOptional(),
  /** How much the check counts in a mean, above 0. Default: 1. */
  weight: z.number().positive().exactOptional(),
  /** Turns the check round: what it asks for must not be. */
  not: z.boolean().exactOptional(),
};
const ignoreCase = z.boolean().exactOptional();
const bound = z.number().int().min(0).exactOptional();

const isPattern = ({ pattern, flags = '' }: { pattern: string; flags?: string }): boolean => {
  try {
    return new RegExp(pattern, flags) instanceof RegExp;
  } catch {
    return false;
  }
};

/** The kinds of checks that hold no other checks. */
const simpleChecks = [
  /** The response is this text, apart from white space around it. */
  z.strictObject({
    type: z.literal('equals'),
    value: z.string().exactOptional(),
    ignoreCase,
    /** Whether white space around the response counts. */
    exact: z.boolean().exactOptional(),
    ...common,
  }),
  /** The response contains this text. Of several texts, the share that it contains counts. */
  z.strictObject({
    type: z.literal('contains'),
    value: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).exactOptional(),
    /** Of several texts, whether all must be there, or any one. Default: the share counts. */
    match: z.enum(['all', 'any']).exactOptional(),
    /** Where the text must be. Default: anywhere. */
    at: z.literal('start').exactOptional(),
    ignoreCase,
    ...common,
  }),
  /** The response matches a regular expression of JavaScript. */
  z
    .strictObject({
      type: z.literal('regex'),
      pattern: z.string().min(1),
      flags: z.string().exactOptional(),
      ...common,
    })
    .refine(isPattern, 'expected a regular expression of JavaScript in "pattern" and its letters in "flags"'),
  /** The response is JSON and nothing else, of this JSON schema. */
  z.strictObject({
    type: z.literal('jsonSchema'),
    schema: z
      .union([z.record(z.string(), z.unknown()), z.boolean()])
      .refine(
        isClosedSchema,
        'expected a JSON schema with known types and keywords, whose patterns are right and whose $refs are all within it',
      )
      .exactOptional(),
    /** Whether other text may be around it. "relaxed" also takes an object without quotation marks or with comments, as YAML reads it. */
    within: z.enum(['json', 'relaxed']).exactOptional(),
    ...common,
  }),
  /** The response is so long. */
  z
    .strictObject({
      type: z.literal('length'),
      min: bound,
      max: bound,
      /** A spaced word is what stands between white space: "well-known" is one, and so is "–". */
      unit: z.enum(['words', 'spaced words', 'characters', 'sentences', 'lines', 'tokens']).exactOptional(),
      ...common,
    })
    .refine(({ min, max }) => min !== undefined || max !== undefined, 'expected "min", "max" or both')
    .refine(
      ({ min, max }) => min !== 0 || max !== undefined,
      'expected a "min" above 0, which each response reaches, or a "max"',
    )
    .refine(({ min = 0, max = Infinity }) => min <= max, 'expected a "min" that is not above "max"'),
  /** The response is in this language, a code of two letters. */
  z.strictObject({
    type: z.literal('language'),
    value: z.enum(LANGUAGE_CODES, { error: `expected a code of two letters among ${LANGUAGE_CODES.join(', ')}` }),
    ...common,
  }),
  /** The response is similar to the expected answer: the similarity of their embeddings counts, or whether it is at least `min`. */
  z.strictObject({
    type: z.literal('similarity'),
    value: z.string().min(1).exactOptional(),
    min: z.number().min(0).max(1).exactOptional(),
    ...common,
  }),
  /** A function decides: the default export of a module. */
  z.strictObject({ type: z.literal('function'), module: z.string().min(1), ...common }),
  /** An evaluator of openevals decides: the default export of a module. */
  z.strictObject({
    type: z.literal('evaluator'),
    module: z.string().min(1),
    /** The lowest and the highest score. Default: 0 and 1. */
    range: z
      .tuple([z.number(), z.number()])
      .refine(([least, most]) => least < most, 'expected the lowest score, then a higher one')
      .exactOptional(),
    ...common,
  }),
  /** The response follows an instruction of IFEval. */
  z
    .strictObject({
      type: z.literal('ifeval'),
      instruction: z.enum(IFEVAL_KINDS),
      /** What the instruction needs, as in IFEval's file. A null counts as left out. */
      kwargs: z.record(z.string(), z.unknown()).exactOptional(),
      /** Whether the response may also follow it without its first line, its last line or its stars. */
      loose: z.boolean().exactOptional(),
      ...common,
    })
    .refine(hasIfevalKwargs, 'expected in "kwargs" what the instruction needs (docs/task.md)'),
] as const;

/** Checks that pass together. */
const makeGroup = <Member extends z.ZodType>(member: Member) =>
  z.strictObject({
    type: z.literal('group'),
    checks: z.array(member).min(1),
    /** The least weighted mean of their shares. Default: all must pass. */
    min: z.number().min(0).max(1).exactOptional(),
    ...common,
  });
const InnerCheck = z.discriminatedUnion('type', [
  ...simpleChecks,
  makeGroup(z.discriminatedUnion('type', [...simpleChecks])),
]);

/** A rule that a response keeps or breaks, without a judge. Where `value` is left out, the query's expected answer is meant. */
export const Check = z.discriminatedUnion('type', [...simpleChecks, makeGroup(InnerCheck)]);
export type Check = z.infer<typeof Check>;

/** Lists a check, and the checks within it. */
export const listNestedChecks = (check: Check): Check[] =>
  check.type === 'group' ? [check, ...check.checks.flatMap(listNestedChecks)] : [check];

/** What a check is called in remarks and results. */
export function toCheckName(check: Check): string {
  const { name, type, not } = check;
  return name ?? `${not ? 'not ' : ''}${describeCheck(check)}`.replaceAll(/\s+/g, ' ').slice(0, 80).trim() ?? type;
}

/** A check's words, by its type. */
const DESCRIPTIONS: { [Type in Check['type']]: (check: Extract<Check, { type: Type }>) => string } = {
  equals: ({ value }) => `equals ${value ?? 'the expected answer'}`,
  contains: ({ value, match, at }) =>
    `${at === 'start' ? 'begins with' : match === 'any' ? 'contains one of' : 'contains'} ${value === undefined ? 'the expected answer' : [value].flat().join(', ')}`,
  regex: ({ pattern }) => `matches ${pattern}`,
  jsonSchema: ({ within }) => (within === undefined ? 'JSON by schema' : 'JSON by schema within'),
  length: ({ min = 0, max, unit = 'words' }) => `${min} to ${max ?? 'any number of'} ${unit}`,
  language: ({ value }) => `language ${value}`,
  similarity: ({ value }) => `similar to ${value ?? 'the expected answer'}`,
  function: ({ module }) => toModuleName(module),
  evaluator: ({ module }) => toModuleName(module),
  ifeval: ({ instruction }) => instruction,
  group: ({ checks }) => checks.map(toCheckName).join(' and '),
};

const describeCheck = <Type extends Check['type']>(check: Extract<Check, { type: Type }>): string =>
  DESCRIPTIONS[check.type](check);

const toModuleName = (module: string): string => (module.split(/[\\/]/).at(-1) ?? module).replace(/\.\w+$/, '');
