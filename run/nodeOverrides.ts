import { pathToFileURL } from 'node:url';
import { getErrorMessage } from '../state/failure.ts';
import type { RunModels } from '../models/createModels.ts';
import { isMessageAgent, makeAgentRespond, type MessageAgent } from '../nodes/agentRespond.ts';
import type { Nodes } from '../nodes/index.ts';
import { formatValue, UserError } from './config/userError.ts';

/**
 * Makes nodes that replace the paper's: `(nodes, models) => ({ judge: mine })`. It may be called several times in a run and
 * must give the same nodes each time. An agent, a Runnable or graph that takes messages, may take the place of `respond`.
 */
export type NodeOverrideFactory = (nodes: Nodes, models: RunModels) => NodeOverrides;

/** Nodes in the place of the paper's. */
export type NodeOverrides = Partial<Omit<Nodes, 'respond'>> & { respond?: Nodes['respond'] | MessageAgent };

const isFunction = (value: unknown): value is (...reads: unknown[]) => unknown => typeof value === 'function';

/** The nodes with those of a factory spread over them. @throws UserError if it gives something else than nodes */
export function overrideNodes(nodes: Nodes, models: RunModels, make: NodeOverrideFactory | undefined): Nodes {
  return make ? { ...nodes, ...makeOverrides(nodes, models, make) } : nodes;
}

/** The nodes that a factory puts in the place of the paper's. @throws UserError if it gives something else than nodes */
export function makeOverrides(nodes: Nodes, models: RunModels, make: NodeOverrideFactory): Partial<Nodes> {
  const made: unknown = make(nodes, models);
  const agent: unknown = Reflect.get(Object(made), 'respond');
  const overrides = isMessageAgent(agent) ? { ...Object(made), respond: makeAgentRespond(agent) } : made;
  const isNodes = typeof overrides === 'object' && overrides !== null && !Array.isArray(overrides);
  const isPromise = overrides instanceof Promise;
  const wrong = Object.entries(Object(overrides)).filter(
    ([name, node]) => !Object.hasOwn(nodes, name) || !isFunction(node),
  );
  if (isNodes && !isPromise && wrong.length === 0) return overrides;
  throw new UserError(
    `nodes: expected functions named ${Object.keys(nodes).join(', ')}, got ${isPromise ? 'a promise; do not make the function async' : formatValue(wrong.map(([name]) => name).join(', ') || overrides)}`,
  );
}

/** The factory that a module exports by default. @throws UserError if there is none */
export async function importNodeOverrides(file: string): Promise<NodeOverrideFactory> {
  const module: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw new UserError(`nodes: expected a module at ${file}, got ${getErrorMessage(error)}`);
  });
  const make: unknown = Reflect.get(Object(module), 'default');
  // what it gives is checked when it is called
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked by makeOverrides
  if (isFunction(make)) return make as NodeOverrideFactory;
  throw new UserError(`nodes: expected ${file} to export a function by default, (nodes, models) => nodes, got none`);
}
