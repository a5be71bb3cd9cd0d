import { UserError } from './config/userError.ts';

/** The exit code of an error: 2 for a mistake in usage, config or data, else 1. */
export const getExitCode = (error: unknown): 1 | 2 =>
  error instanceof UserError || (error instanceof Error && error.name === 'ModelsConfigError') ? 2 : 1;

/** The error with its exit code as `exitCode`. */
export function withExitCode(error: unknown): Error & { exitCode: 1 | 2 } {
  const exitCode = getExitCode(error);
  return Object.assign(error instanceof Error ? error : new Error(String(error)), { exitCode });
}
