import { pathToFileURL } from 'node:url';
import type { CheckFunction } from '../nodes/index.ts';
import { getErrorMessage } from '../state/failure.ts';
import { UserError } from './config/userError.ts';

/** So long may a function of a check take for one response, as long as a model for its reply. */
const MAX_CHECK_SECONDS = 600;

/** A function of a check whose promise fails if it takes longer than so many seconds. */
export const withTimeLimit =
  (decide: CheckFunction, seconds: number): CheckFunction =>
  async (checked) => {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`expected a decision within ${seconds} seconds, got none`)),
        1000 * seconds,
      );
    });
    try {
      return await Promise.race([decide(checked), limit]);
    } finally {
      clearTimeout(timer);
    }
  };

/** The function that a check's module exports by default. @throws UserError if there is none */
export async function importCheckFunction(module: string): Promise<CheckFunction> {
  const loaded: unknown = await import(pathToFileURL(module).href).catch((error: unknown) => {
    throw new UserError(`rewards.checks: expected a module at ${module}, got ${getErrorMessage(error)}`);
  });
  const exported: unknown = Reflect.get(Object(loaded), 'default');
  // a compiled module of CommonJS has its default export within the first
  const decide: unknown = typeof exported === 'function' ? exported : Reflect.get(Object(exported), 'default');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it returns is checked when it is called
  if (typeof decide === 'function') return withTimeLimit(decide as CheckFunction, MAX_CHECK_SECONDS);
  throw new UserError(`rewards.checks: expected ${module} to export a function by default, got none`);
}
