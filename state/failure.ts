/** Errors that end a run instead of failing one candidate: budget spent, a role down, stopped by the user, or a graph's own signals. */
const FATAL_ERROR_NAMES = new Set([
  'StoreError',
  'CheckpointsError',
  'SearchError',
  'BudgetExceededError',
  'RoleDownError',
  'StoppedError',
  'AbortError',
  'GraphInterrupt',
  'NodeInterrupt',
  'ParentCommand',
  'GraphBubbleUp',
]);
const FATAL_HTTP_STATUSES = new Set([401, 403, 404]);

/** Whether an error concerns the whole run: no key, no such model, no money. Everything else is one item's failure, and data. */
export function isFatal(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const status = 'status' in error ? error.status : undefined;
  return (
    FATAL_ERROR_NAMES.has(error.name) ||
    error instanceof TypeError ||
    (typeof status === 'number' && FATAL_HTTP_STATUSES.has(status))
  );
}

/** Whether a value is an error of any realm. (Inside a vm, Node's own errors are not `instanceof Error`.) */
export const isError = (value: unknown): value is Error & { code?: unknown } =>
  typeof value === 'object' && value !== null && 'name' in value && 'message' in value;

/** The message of an error, or of any other value that was thrown. */
export const getErrorMessage = (error: unknown): string => (isError(error) ? error.message : String(error));

/** A checkpoint could not be read or written: the run ends, and goes on from what was kept before. */
export class CheckpointsError extends Error {
  override name = 'CheckpointsError';
}

/** The search cannot go on as it is: nobody answers, or the judge cannot be read. What there is stays, and the run can be taken up again. */
export class SearchError extends Error {
  override name = 'SearchError';
}
