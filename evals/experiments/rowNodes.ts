import { pathToFileURL } from 'node:url';
import type { RunModels } from '../../models/index.ts';
import type { Nodes } from '../../nodes/index.ts';
import { formatValue, UserError } from '../../run/config/userError.ts';
import { hashText } from '../../run/describeModel.ts';
import type { ExperimentRow } from './experimentSchema.ts';
import { readTextFile } from '../../run/config/readTextFile.ts';

/** What a row's module exports by default: it makes nodes, from the row's own models, that replace the paper's. */
export type NodeOverrideFactory = (nodes: Nodes, models: RunModels) => Partial<Nodes>;

const isFunction = (value: unknown): value is (...values: unknown[]) => unknown => typeof value === 'function';

/** Replaces the paper's nodes by those of a module, if there is one. @throws UserError if it does not give nodes */
export async function overrideNodes(nodes: Nodes, models: RunModels, module: string | undefined): Promise<Nodes> {
  if (module === undefined) return nodes;
  const overrides = (await importNodeOverrides(module))(nodes, models);
  const wrong = Object.entries(Object(overrides)).filter(
    ([name, node]) => !Object.hasOwn(nodes, name) || !isFunction(node),
  );
  if (typeof overrides !== 'object' || overrides === null || wrong.length)
    throw new UserError(
      `nodes: expected ${module} to give functions named ${Object.keys(nodes).join(', ')}, got ${formatValue(wrong.map(([name]) => name).join(', ') || overrides)}; rename or remove the others`,
    );
  return { ...nodes, ...overrides };
}

async function importNodeOverrides(file: string): Promise<(nodes: Nodes, models: RunModels) => unknown> {
  const module: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw new UserError(
      `nodes: expected a module at ${file}, got ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  const factory: unknown = Reflect.get(Object(module), 'default');
  if (isFunction(factory)) return factory;
  throw new UserError(`nodes: expected ${file} to export a function by default, (nodes, models) => nodes, got none`);
}

/** Hashes each module that the rows name, since another text makes another experiment. @throws UserError if one cannot be used */
export async function hashNodeModules(rows: readonly ExperimentRow[]): Promise<Record<string, string>> {
  const files = [...new Set(rows.flatMap((row) => row.nodes ?? []))];
  const hashes = files.map((file) => [file, hashText(readTextFile(file, 'nodes'))] as const);
  await Promise.all(files.map(importNodeOverrides));
  return Object.fromEntries(hashes);
}
