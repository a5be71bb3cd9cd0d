/** Errors that end a run instead of failing one item: a spent budget, a role that is down, a stop by the user, a graph's own signals. */
const FATAL_ERROR_NAMES = new Set([
  'StoreError',
  'CheckpointsError',
  'SearchError',
  'BudgetExceededError',
  'RoleDownError',
  'ModelsConfigError',
  'StoppedError',
  'AbortError',
  'GraphInterrupt',
  'NodeInterrupt',
  'ParentCommand',
  'GraphBubbleUp',
]);
const FATAL_HTTP_STATUSES = new Set([401, 403, 404]);

/** Whether an error concerns the whole run, such as a missing key, model or budget. Any other is the failure of one item, and data. */
export function isFatal(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const status = 'status' in error ? error.status : undefined;
  return (
    FATAL_ERROR_NAMES.has(error.name) ||
    error instanceof TypeError ||
    (typeof status === 'number' && FATAL_HTTP_STATUSES.has(status) && !isPromptFailure(error))
  );
}

/** Failures that concern one prompt: a filter blocked it, it is too long, or the model had nothing to say to it. */
const PROMPT_FAILURES: ReadonlySet<unknown> = new Set(['content-filter', 'context-overflow', 'empty']);

/** Whether a call failed because of its prompt, so that it would fail again and another prompt may be answered. */
export const isPromptFailure = (error: unknown): boolean => PROMPT_FAILURES.has(Reflect.get(Object(error), 'kind'));

/** Whether a value is an error of any realm. (Inside a vm, Node's own errors are not `instanceof Error`.) */
export const isError = (value: unknown): value is Error & { code?: unknown } =>
  typeof value === 'object' && value !== null && 'name' in value && 'message' in value;

/** The message of an error, or of any other value that was thrown. */
export const getErrorMessage = (error: unknown): string => (isError(error) ? error.message : String(error));

/** A checkpoint could not be read or written. The run ends, and the next start continues from what was saved before. */
export class CheckpointsError extends Error {
  override name = 'CheckpointsError';
}

/** The search cannot continue: nobody responds, or the judge cannot be read. What there is stays, and the run can be resumed. */
export class SearchError extends Error {
  override name = 'SearchError';
}
