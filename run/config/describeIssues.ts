import { z } from 'zod';
import { findNearName } from '../../state/findNearName.ts';
import { formatValue } from './userError.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Describes the issues of an input that a schema rejected, one line each. `root` names the whole input. */
export const describeIssues = ({ issues }: z.ZodError, schema: z.ZodType, input: unknown, root: string): string[] =>
  issues
    .flatMap(listInnerIssues)
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? describeUnknownKeys(issue, schema, input)
        : [describeWrongValue(issue, input, root)],
    );

/** The issues of the union's branch that comes furthest into the input; an issue of no union as it is. */
function listInnerIssues(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.message !== 'Invalid input') return [issue];
  const inside = issue.errors.filter((branch) => branch.every(({ path }) => path.length > 0));
  const [branch, second] = inside;
  if (!branch || second) return [issue];
  return branch.flatMap((inner) => listInnerIssues({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** What is named as a whole config. Other files may have models that play no role. */
const CONFIG_ROOTS: ReadonlySet<string> = new Set(['config', 'optimize()']);

function describeWrongValue(issue: z.core.$ZodIssue, input: unknown, root: string): string {
  const { value, path } = findValue(input, issue.path);
  const expected = describeExpected(issue);
  const isSecret = (issue.code === 'custom' && issue.params?.['secret']) || isHidden(path, value);
  const actual = isSecret ? 'another text (not shown)' : formatValue(value);
  const fix =
    CONFIG_ROOTS.has(root) && ['models', 'models.optimizer'].includes(path)
      ? '; name a model, as --optimizer MODEL[@BASEURL] or in the config, or "simulated"'
      : '';
  const near = typeof value === 'string' && !isSecret ? findNearName(value, listOptions(issue)) : undefined;
  const advice = near === undefined || value === '' ? fix : `. Did you mean "${near}"?`;
  return `${path || root}: ${expected}${expected.includes(', got ') ? '' : `, got ${actual}`}${advice}`;
}

/** The values that a place takes, if it takes only these. */
const listOptions = (issue: z.core.$ZodIssue): string[] =>
  issue.code === 'invalid_value'
    ? issue.values.map(String)
    : issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)
      ? issue.options.map(String)
      : [];

/** Whether a wrong value may hold a key: one at a place for keys, or an address with more than a host and a path. */
const isHidden = (path: string, value: unknown): boolean =>
  /^(models|judge)\..*\b(headers|query|apiKeyEnv)\b/.test(path) ||
  (path.endsWith('baseUrl') && typeof value === 'string' && /[@?#]/.test(value));

const TYPE_NAMES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  string: 'a text',
  boolean: 'true or false',
};

function describeExpected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPE_NAMES[issue.expected] ?? `a ${issue.expected}`}`;
    case 'invalid_value':
      return `expected one of ${listOptions(issue).join(', ')}`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `expected a number ${issue.inclusive === false ? 'above' : 'of at least'} ${issue.minimum}`
        : `expected ${TYPE_NAMES[issue.origin] ?? 'a value'} that is not empty`;
    case 'too_big':
      return issue.origin === 'string'
        ? `expected a text of at most ${issue.maximum} characters`
        : `expected a number ${issue.inclusive === false ? 'below' : 'of at most'} ${issue.maximum}`;
    case 'invalid_union':
      if (listOptions(issue).length > 0) return `expected one of ${listOptions(issue).join(', ')}`;
      return issue.message === 'Invalid input' ? describeKinds(issue) : issue.message;
    default:
      return issue.message === 'Invalid input' ? 'expected another kind of value' : issue.message;
  }
}

/** The kinds of value that a union takes: "expected true or false, or an object". */
function describeKinds({ errors }: z.core.$ZodIssueInvalidUnion): string {
  const whole = errors.flatMap((branch) => branch.filter(({ path }) => path.length === 0));
  const kinds = new Set(whole.map((issue) => describeExpected(issue).replace(/^expected /, '')));
  return `expected ${kinds.size > 0 ? [...kinds].join(', or ') : 'another kind of value'}`;
}

/** What an input holds at a path. A text in place of an object, such as a strategy's name, ends the path. */
function findValue(input: unknown, keys: readonly PropertyKey[]): { value: unknown; path: string } {
  let value = input;
  const path: string[] = [];
  for (const key of keys) {
    if (typeof value === 'string') break;
    value = Reflect.get(Object(value), key);
    path.push(String(key));
  }
  return { value, path: path.join('.') };
}

function describeUnknownKeys(
  { keys, path }: z.core.$ZodIssueUnrecognizedKeys,
  schema: z.ZodType,
  input: unknown,
): string[] {
  const whole = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const known = listProperties(whole, path, findValue(input, path).value);
  return keys.map((key) => {
    const [own, near] = [[...path, key].join('.'), findNearName(key, known)];
    const meant = near === undefined ? findPathOf(key, whole) : [...path, near].join('.');
    const advice =
      meant === undefined || meant === own ? `Known keys here: ${known.join(', ')}.` : `Did you mean ${meant}?`;
    return `${own}: unknown key. ${advice}`;
  });
}

/** Keys of the object at a path; of a union's objects only those that the input can be meant for. */
function listProperties(node: JsonSchema, [key, ...rest]: readonly PropertyKey[], input: unknown): string[] {
  const branches = listBranches(node);
  if (key !== undefined)
    return branches.flatMap((branch) => {
      const inner =
        typeof key === 'number' ? branch.items : (branch.properties?.[String(key)] ?? branch.additionalProperties);
      return isSchema(inner) ? listProperties(inner, rest, input) : [];
    });
  const fitting = branches.filter((branch) => fitsConstants(branch, input));
  return [...new Set((fitting.length ? fitting : branches).flatMap(listOwnKeys))];
}

const listOwnKeys = ({ properties = {}, propertyNames }: JsonSchema): string[] => [
  ...Object.keys(properties),
  ...(isSchema(propertyNames) ? (propertyNames.enum ?? []).map(String) : []),
];

const isSchema = (node: unknown): node is JsonSchema =>
  typeof node === 'object' && node !== null && !Array.isArray(node);

const listBranches = (node: JsonSchema): JsonSchema[] => [
  node,
  ...[...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])].filter(isSchema).flatMap(listBranches),
];

/** Whether an object has the fixed values that a branch of a union requires, such as a strategy's name. */
const fitsConstants = ({ properties = {} }: JsonSchema, input: unknown): boolean =>
  Object.entries(properties).every(([key, property]) => {
    const value: unknown = Reflect.get(Object(input), key);
    if (value === undefined || !isSchema(property)) return true;
    const { const: only, enum: some = only === undefined ? undefined : [only] } = property;
    return some === undefined || some.some((one) => one === value);
  });

/** The path of a key that exists elsewhere in the schema. */
function findPathOf(key: string, node: JsonSchema, path: readonly string[] = []): string | undefined {
  for (const { properties = {} } of listBranches(node))
    for (const [name, property] of Object.entries(properties)) {
      if (name.toLowerCase() === key.toLowerCase()) return [...path, name].join('.');
      const inner = isSchema(property) ? findPathOf(key, property, [...path, name]) : undefined;
      if (inner !== undefined) return inner;
    }
  return undefined;
}
