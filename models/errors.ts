import type { Role } from './settings.ts';

/** What went wrong with one attempt at a call. */
export const FAILURE_KINDS = [
  'rate-limit',
  'server',
  'timeout',
  'connection',
  'auth',
  'not-found',
  'bad-request',
  'quota',
  'aborted',
  'other',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** The failures that may pass, so that another attempt is worthwhile. */
export const RETRYABLE_KINDS: ReadonlySet<FailureKind> = new Set(['rate-limit', 'server', 'timeout', 'connection']);

/** Which of the budget's limits was reached. */
export type BudgetLimitName = 'calls' | 'tokens' | 'usd' | 'minutes';

/** A failure of a role's model. */
abstract class ModelError extends Error {
  readonly role: Role;
  readonly kind: FailureKind;
  /** The HTTP status, where there was an answer at all. */
  readonly status: number | undefined;
  constructor(message: string, about: { role: Role; kind: FailureKind; status?: number | undefined }) {
    super(message);
    this.role = about.role;
    this.kind = about.kind;
    this.status = about.status;
  }
}

/** One call failed for good: refused (400, 413, 422, …) or its retries used up. The run goes on without it. */
export class CallFailedError extends ModelError {
  override readonly name = 'CallFailedError';
}

/** A role cannot be played at all: no key, no such model, no money, or an endpoint that answers nobody. Ends the run. */
export class RoleDownError extends ModelError {
  override readonly name = 'RoleDownError';
}

/** The next request would go past a limit of the budget; it was not sent. */
export class BudgetExceededError extends Error {
  override readonly name = 'BudgetExceededError';
  readonly which: BudgetLimitName;
  constructor(which: BudgetLimitName, limit: number, spent: number) {
    super(`the budget of ${limit} ${which} is spent (${+spent.toFixed(4)} so far); raise budget.${which} to go on`);
    this.which = which;
  }
}

/** The gateway was told to stop; the call was not sent, or not waited for past the grace. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  constructor(message = 'stopped: no further model calls are made') {
    super(message);
  }
}

/** The store of answers cannot be opened or written; nothing already written is lost. Ends the run. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** The `models` of a config ask for what is not there; every fault with its path in the config. */
export class ModelsConfigError extends Error {
  override readonly name = 'ModelsConfigError';
  readonly faults: readonly { path: string; message: string }[];
  constructor(faults: readonly { path: string; message: string }[]) {
    super(faults.map((f) => `${f.path}: ${f.message}`).join('\n'));
    this.faults = faults;
  }
}

/** Whether something thrown is an error, of whichever realm (Node's own are not `instanceof Error` inside a vm). */
export const isError = (thrown: unknown): thrown is Error & { code?: unknown } =>
  typeof thrown === 'object' && thrown !== null && 'name' in thrown && 'message' in thrown;

/** What an error says. */
export const getErrorMessage = (thrown: unknown): string => (isError(thrown) ? thrown.message : String(thrown));
