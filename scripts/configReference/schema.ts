import { z } from 'zod';
import { STRATEGY_NAMES } from '../../graphs/strategies/index.ts';
import { ConfigInput } from '../../run/config/configSchema.ts';
import { GROUP_MEANINGS } from './groupMeanings.ts';
import { KEY_SECTIONS } from './meanings.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

const ROLE_PATTERN = /^(models\.(base|reward|judge|optimizer|proofJudge)|judge\.panel\[\])(?=\.)/;
const MODEL = { $ref: '#/$defs/model' };
const TEXT_MODEL = {
  type: 'string',
  minLength: 1,
  description: 'MODEL, MODEL@BASEURL, @BASEURL or "simulated".',
} as const;

/** What may stand in the place of an object, by the object's path: the reader of configs makes the object of it. */
const SHORT_FORMS: Readonly<Record<string, JsonSchema>> = {
  'models.embeddings': { enum: ['lexical', 'simulated'] },
  'search.strategy': { enum: [...STRATEGY_NAMES] },
  'judge.instructions': { type: 'string', minLength: 1 },
  'search.guards': { enum: [true, false, null] },
};
const MODEL_PATHS = new Set([
  'models.base',
  'models.reward',
  'models.judge',
  'models.optimizer',
  'models.proofJudge',
  'judge.panel[]',
]);

const meanings: Readonly<Record<string, string>> = Object.assign(
  {},
  GROUP_MEANINGS,
  ...KEY_SECTIONS.map(({ keys }) => keys),
);

const GROUP_PATTERN = /^(rewards\.checks\[\])(\.checks\[\])+(?=\.)/;

/** The path under which the page describes a key: one for the models of all roles, and one for the checks of a group. */
export const toDocumentedPath = (path: string): string =>
  path.replace(ROLE_PATTERN, 'models.ROLE').replace(GROUP_PATTERN, '$1');

/** Makes the JSON schema of a config file, with the meaning of each key, for editors. */
export function buildSchema(): JsonSchema {
  const schema = z.toJSONSchema(ConfigInput, { io: 'input', unrepresentable: 'any', target: 'draft-7' });
  const { required: _, ...whole } = describe(schema, '');
  const model = describe(findNode(schema, ['models', 'optimizer']), 'models.ROLE');
  return { title: 'A config of drpo', ...whole, $defs: { model } };
}

/** A schema with meanings, with the short forms of its objects, and without what says nothing to a person. */
function describe(node: JsonSchema, path: string): JsonSchema {
  const described = describeInside(node, path);
  const description = meanings[toDocumentedPath(path)];
  const short = SHORT_FORMS[path];
  const isModel = MODEL_PATHS.has(path);
  const form = isModel ? { anyOf: [TEXT_MODEL, MODEL] } : short ? { anyOf: [short, described] } : described;
  return { ...(description !== undefined && { description }), ...form };
}

function describeInside(node: JsonSchema, path: string): JsonSchema {
  const { maximum, default: standard, properties, items, anyOf, oneOf, ...rest } = node;
  const describeAll = (nodes: typeof anyOf): JsonSchema[] | undefined =>
    nodes?.filter(isObject).map((one) => describeInside(one, path));
  const inner = Object.entries(properties ?? {}).flatMap(([key, one]) => (isObject(one) ? [[key, one] as const] : []));
  return {
    ...rest,
    ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && { maximum }),
    ...(standard !== undefined && !isObject(standard) && { default: standard }),
    ...(properties && {
      properties: Object.fromEntries(
        inner.map(([key, one]) => [key, describe(one, path === '' ? key : `${path}.${key}`)]),
      ),
    }),
    ...(items !== undefined && { items: isObject(items) ? describe(items, `${path}[]`) : items }),
    ...(anyOf && { anyOf: describeAll(anyOf) ?? [] }),
    ...(oneOf && { oneOf: describeAll(oneOf) ?? [] }),
  };
}

const isObject = (node: unknown): node is JsonSchema =>
  typeof node === 'object' && node !== null && !Array.isArray(node);

function findNode(node: JsonSchema, path: readonly string[]): JsonSchema {
  return path.reduce((at, key) => {
    const next = at.properties?.[key];
    if (!isObject(next)) throw new Error(`expected a schema for ${path.join('.')}, got none`);
    return next;
  }, node);
}

/** A key of a config: its path, and the schemas that it has in the objects where it stands. */
export interface DocumentedKey {
  path: string;
  nodes: JsonSchema[];
}

/** Lists the keys of a config by their documented path, those inside objects and lists too. */
export function listKeys(): DocumentedKey[] {
  const keys = new Map<string, JsonSchema[]>();
  const collect = (node: JsonSchema, path: string): void => {
    for (const [key, inner] of Object.entries(node.properties ?? {})) {
      if (!isObject(inner)) continue;
      const innerPath = path === '' ? key : `${path}.${key}`;
      const documented = toDocumentedPath(innerPath);
      keys.set(documented, [...(keys.get(documented) ?? []), inner]);
      collect(inner, innerPath);
    }
    if (isObject(node.items)) collect(node.items, `${path}[]`);
    for (const branch of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) if (isObject(branch)) collect(branch, path);
  };
  collect(z.toJSONSchema(ConfigInput, { io: 'input', unrepresentable: 'any', target: 'draft-7' }), '');
  return [...keys].map(([path, nodes]) => ({ path, nodes }));
}
