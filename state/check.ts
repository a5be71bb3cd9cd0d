import { z } from 'zod';
import { hasIfevalKwargs } from './ifevalInstruction.ts';
import { IFEVAL_KINDS, type IfevalKind } from './ifevalKinds.ts';
import { isClosedSchema } from './isClosedSchema.ts';
import { LANGUAGE_CODES, type LanguageCode } from './languageCodes.ts';

/** What all checks have. */
export interface CheckBase {
  /** How remarks and results name the check. Default: what it checks. */
  name?: string;
  /** How much the check counts in a mean, above 0. Default: 1. */
  weight?: number;
  /** Turns the check round: what it asks for must not be. */
  not?: boolean;
}

/** The response is this text, apart from white space around it. */
export interface EqualsCheck extends CheckBase {
  type: 'equals';
  value?: string;
  ignoreCase?: boolean;
  /** Whether white space around the response counts. */
  exact?: boolean;
}

/** The response contains this text. Of several texts, the share that it contains counts. */
export interface ContainsCheck extends CheckBase {
  type: 'contains';
  value?: string | string[];
  /** Of several texts, whether all must be there, or any one. Default: the share counts. */
  match?: 'all' | 'any';
  /** Where the text must be. Default: anywhere. */
  at?: 'start';
  ignoreCase?: boolean;
}

/** The response matches a regular expression of JavaScript. */
export interface RegexCheck extends CheckBase {
  type: 'regex';
  pattern: string;
  flags?: string;
}

/** The response is JSON and nothing else, of this JSON schema. */
export interface JsonSchemaCheck extends CheckBase {
  type: 'jsonSchema';
  schema?: Record<string, unknown> | boolean;
  /** Whether other text may be around it. "relaxed" also takes an object without quotation marks or with comments, as YAML reads it. */
  within?: 'json' | 'relaxed';
}

/** The response is so long. */
export interface LengthCheck extends CheckBase {
  type: 'length';
  min?: number;
  max?: number;
  /** A spaced word is what stands between white space: "well-known" is one, and so is "–". */
  unit?: 'words' | 'spaced words' | 'characters' | 'sentences' | 'lines' | 'tokens';
}

/** The response is in this language, a code of two letters. */
export interface LanguageCheck extends CheckBase {
  type: 'language';
  value: LanguageCode;
}

/** The response is similar to the expected answer: the similarity of their embeddings counts, or whether it is at least `min`. */
export interface SimilarityCheck extends CheckBase {
  type: 'similarity';
  value?: string;
  min?: number;
}

/** A function decides: the default export of a module. */
export interface FunctionCheck extends CheckBase {
  type: 'function';
  module: string;
}

/** An evaluator of openevals decides: the default export of a module. */
export interface EvaluatorCheck extends CheckBase {
  type: 'evaluator';
  module: string;
  /** The lowest and the highest score. Default: 0 and 1. */
  range?: [number, number];
}

/** The response follows an instruction of IFEval. */
export interface InstructionCheck extends CheckBase {
  type: 'ifeval';
  instruction: IfevalKind;
  /** What the instruction needs, as in IFEval's file. A null counts as left out. */
  kwargs?: Record<string, unknown>;
  /** Whether the response may also follow it without its first line, its last line or its stars. */
  loose?: boolean;
}

/** Checks that pass together; groups nest two levels deep. */
export interface CheckGroup extends CheckBase {
  type: 'group';
  checks: Check[];
  /** The least weighted mean of their shares. Default: all must pass. */
  min?: number;
}

/** A rule that a response keeps or breaks, without a judge. Where `value` is left out, the query's expected answer is meant. */
export type Check =
  | EqualsCheck
  | ContainsCheck
  | RegexCheck
  | JsonSchemaCheck
  | LengthCheck
  | LanguageCheck
  | SimilarityCheck
  | FunctionCheck
  | EvaluatorCheck
  | InstructionCheck
  | CheckGroup;

const common = {
  name: z
    .string()
    .min(1)
    .max(80)
    .refine((name) => name !== '__proto__', 'expected another name')
    .exactOptional(),
  weight: z.number().positive().exactOptional(),
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
  z.strictObject({
    type: z.literal('equals'),
    value: z.string().exactOptional(),
    ignoreCase,
    exact: z.boolean().exactOptional(),
    ...common,
  }),
  z.strictObject({
    type: z.literal('contains'),
    value: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).exactOptional(),
    match: z.enum(['all', 'any']).exactOptional(),
    at: z.literal('start').exactOptional(),
    ignoreCase,
    ...common,
  }),
  z
    .strictObject({
      type: z.literal('regex'),
      pattern: z.string().min(1),
      flags: z.string().exactOptional(),
      ...common,
    })
    .refine(isPattern, 'expected a regular expression of JavaScript in "pattern" and its letters in "flags"'),
  z.strictObject({
    type: z.literal('jsonSchema'),
    schema: z
      .union([z.record(z.string(), z.unknown()), z.boolean()])
      .refine(
        isClosedSchema,
        'expected a JSON schema with known types and keywords, whose patterns are right and whose $refs are all within it',
      )
      .exactOptional(),
    within: z.enum(['json', 'relaxed']).exactOptional(),
    ...common,
  }),
  z
    .strictObject({
      type: z.literal('length'),
      min: bound,
      max: bound,
      unit: z.enum(['words', 'spaced words', 'characters', 'sentences', 'lines', 'tokens']).exactOptional(),
      ...common,
    })
    .refine(({ min, max }) => min !== undefined || max !== undefined, 'expected "min", "max" or both')
    .refine(
      ({ min, max }) => min !== 0 || max !== undefined,
      'expected a "min" above 0, which each response reaches, or a "max"',
    )
    .refine(({ min = 0, max = Infinity }) => min <= max, 'expected a "min" that is not above "max"'),
  z.strictObject({
    type: z.literal('language'),
    value: z.enum(LANGUAGE_CODES, { error: `expected a code of two letters among ${LANGUAGE_CODES.join(', ')}` }),
    ...common,
  }),
  z.strictObject({
    type: z.literal('similarity'),
    value: z.string().min(1).exactOptional(),
    min: z.number().min(0).max(1).exactOptional(),
    ...common,
  }),
  z.strictObject({ type: z.literal('function'), module: z.string().min(1), ...common }),
  z.strictObject({
    type: z.literal('evaluator'),
    module: z.string().min(1),
    range: z
      .tuple([z.number(), z.number()])
      .refine(([least, most]) => least < most, 'expected the lowest score, then a higher one')
      .exactOptional(),
    ...common,
  }),
  z
    .strictObject({
      type: z.literal('ifeval'),
      instruction: z.enum(IFEVAL_KINDS),
      kwargs: z.record(z.string(), z.unknown()).exactOptional(),
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
    min: z.number().min(0).max(1).exactOptional(),
    ...common,
  });
const InnerCheck = z.discriminatedUnion('type', [
  ...simpleChecks,
  makeGroup(z.discriminatedUnion('type', [...simpleChecks])),
]);

export const Check: z.ZodType<Check, Check> = z.discriminatedUnion('type', [...simpleChecks, makeGroup(InnerCheck)]);

/** Lists a check, and the checks within it. */
export const listNestedChecks = (check: Check): Check[] =>
  check.type === 'group' ? [check, ...check.checks.flatMap(listNestedChecks)] : [check];
