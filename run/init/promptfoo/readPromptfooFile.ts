import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { getErrorMessage } from '../../../state/failure.ts';
import { readText } from '../../config/decodeFile.ts';
import { parseYaml } from '../../config/parseYaml.ts';
import { readRows } from '../../config/readRows.ts';
import { UserError } from '../../config/userError.ts';
import { UnmappedError } from './fillTemplate.ts';

/** The path that a text of promptfoo names: after "file://", or as it is if such a file is there. Undefined: it is no path. */
export function findPath(text: string, folder: string): string | undefined {
  if (text.startsWith('file://')) return resolve(folder, text.slice('file://'.length));
  const isPath = !text.includes('\n') && /\.(txt|md|json|jsonl|ya?ml|csv)$/i.test(text);
  return isPath && existsSync(resolve(folder, text)) ? resolve(folder, text) : undefined;
}

/** Reads what a YAML or JSON file holds. @throws UserError */
export async function readStructure(file: string, key = '--from'): Promise<unknown> {
  const text = await readText(file, key);
  try {
    return extname(file).toLowerCase() === '.json'
      ? (JSON.parse(text) as unknown)
      : parseYaml(text, { customTags: ['timestamp', 'merge'] });
  } catch (error) {
    throw new UserError(`${file}: expected YAML or JSON, got something else: ${getErrorMessage(error).split('\n')[0]}`);
  }
}

/** Reads a part of a config that may be in a file of its own. Code is never run. @throws UnmappedError if the file is code */
export async function readPart(value: unknown, folder: string): Promise<unknown> {
  if (typeof value !== 'string' || !value.startsWith('file://')) return value;
  const file = resolve(folder, value.slice('file://'.length));
  if (/\.(ya?ml|json)$/i.test(file)) return readStructure(file);
  if (/\.(txt|md)$/i.test(file)) return (await readText(file, '--from')).trim();
  throw new UnmappedError(`${value} is no YAML, JSON or text; code is not run here`);
}

/** Reads the rows of a table or of JSON lines. @throws UserError */
export async function readTableItems(file: string): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const { value } of readRows(file, { key: '--from' })) items.push(value);
  return items;
}

/** Puts the parts of a config in the places that name them, as `{ $ref: '#/assertionTemplates/polite' }` does. */
export function resolveRefs(node: unknown, root: unknown = node, depth = 0): unknown {
  // a part that holds itself ends somewhere, and is refused where it is read
  if (typeof node !== 'object' || node === null || node instanceof Date || depth > MAX_DEPTH) return node;
  if (Array.isArray(node)) return node.map((one: unknown) => resolveRefs(one, root, depth + 1));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- YAML has no objects but those with texts as keys
  const { $ref: ref, ...own } = node as Record<string, unknown>;
  const named = typeof ref === 'string' && ref.startsWith('#/') ? findPart(root, ref.slice(2)) : undefined;
  const whole = named === undefined ? node : { ...Object(named), ...own };
  return Object.fromEntries(Object.entries(whole).map(([key, one]) => [key, resolveRefs(one, root, depth + 1)]));
}

const MAX_DEPTH = 40;

const findPart = (root: unknown, path: string): unknown =>
  path.split('/').reduce<unknown>((at, key) => Reflect.get(Object(at), key), root);
