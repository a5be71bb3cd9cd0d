import { pathToFileURL } from 'node:url';
import type { CheckFunction } from '../nodes/index.ts';
import { getErrorMessage } from '../state/failure.ts';
import { UserError } from './config/userError.ts';

/** The function that a check's module exports by default. @throws UserError if there is none */
export async function importCheckFunction(module: string): Promise<CheckFunction> {
  const loaded: unknown = await import(pathToFileURL(module).href).catch((error: unknown) => {
    throw new UserError(`rewards.checks: expected a module at ${module}, got ${getErrorMessage(error)}`);
  });
  const decide: unknown = Reflect.get(Object(loaded), 'default');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it returns is checked when it is called
  if (typeof decide === 'function') return decide as CheckFunction;
  throw new UserError(`rewards.checks: expected ${module} to export a function by default, got none`);
}
