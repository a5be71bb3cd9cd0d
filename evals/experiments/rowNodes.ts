import { pathToFileURL } from 'node:url';
import type { ExperimentRow } from './experimentSchema.ts';
import type { RunModels } from '../../models/index.ts';
import type { Nodes } from '../../nodes/index.ts';
import { formatValue, UserError } from '../../run/config/userError.ts';
import { hashText } from '../../run/describeModel.ts';
import { readTextFile } from './loadInstructions.ts';

/** What a row's module exports by default: nodes to spread over the paper's, made over the row's own models. */
export type NodeOverrideFactory = (nodes: Nodes, models: RunModels) => Partial<Nodes>;

const isFunction = (value: unknown): value is (...given: unknown[]) => unknown => typeof value === 'function';

/** The paper's nodes with those of a row's module spread over them. @throws UserError */
export async function overrideNodes(row: ExperimentRow, nodes: Nodes, models: RunModels): Promise<Nodes> {
  if (row.nodes === undefined) return nodes;
  const made = (await importNodeOverrides(row.nodes))(nodes, models);
  const wrong = Object.entries(Object(made)).filter(([name, node]) => !Object.hasOwn(nodes, name) || !isFunction(node));
  if (typeof made !== 'object' || made === null || wrong.length)
    throw new UserError(
      `row ${formatValue(row.name)}: nodes: expected functions named ${Object.keys(nodes).join(', ')}, got ${formatValue(wrong.map(([name]) => name).join(', ') || made)}`,
    );
  return { ...nodes, ...made };
}

async function importNodeOverrides(file: string): Promise<(nodes: Nodes, models: RunModels) => unknown> {
  const module: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw new UserError(
      `nodes: expected a module at ${file}, got ${error instanceof Error ? error.message : 'a fault'}`,
    );
  });
  const made: unknown = Reflect.get(Object(module), 'default');
  if (isFunction(made)) return made;
  throw new UserError(`nodes: expected ${file} to export a function by default, (nodes, models) => nodes, got none`);
}

/** The hash of each module the rows name: another text is another experiment. @throws UserError where one cannot be used */
export async function hashNodeModules(rows: readonly ExperimentRow[]): Promise<Record<string, string>> {
  const files = [...new Set(rows.flatMap((row) => row.nodes ?? []))];
  const texts = files.map((file) => [file, hashText(readTextFile(file, 'nodes'))] as const);
  await Promise.all(files.map(importNodeOverrides));
  return Object.fromEntries(texts);
}
