import { UserError } from './config/userError.ts';

/** The exit code of an error: 2 for a mistake in usage, config or data, else 1. */
export const getExitCode = (error: unknown): 1 | 2 =>
  error instanceof UserError || (error instanceof Error && error.name === 'ModelsConfigError') ? 2 : 1;

/** The error with its exit code as `exitCode`. */
export function withExitCode(error: unknown): Error & { exitCode: 1 | 2 } {
  const cause = pickFirstError(error);
  return Object.assign(cause instanceof Error ? cause : new Error(String(cause)), { exitCode: getExitCode(cause) });
}

/** The first of several errors: LangGraph hides those of tasks that failed at the same time behind one without a reason. */
function pickFirstError(error: unknown): unknown {
  const errors: unknown = Reflect.get(Object(error), 'errors');
  return Array.isArray(errors) && errors.length > 0 ? pickFirstError(errors[0]) : error;
}
