import type { Role } from './roles.ts';

/** The ways in which an attempt at a call can fail. */
export const FAILURE_KINDS = [
  'rate-limit',
  'server',
  'timeout',
  'connection',
  'auth',
  'not-found',
  'bad-request',
  'quota',
  'content-filter',
  'context-overflow',
  'empty',
  'aborted',
  'other',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** The failures that may pass, so that another attempt is worthwhile. */
export const RETRYABLE_KINDS: ReadonlySet<FailureKind> = new Set(['rate-limit', 'server', 'timeout', 'connection']);

/** The limits of a budget. */
export type BudgetLimitName = 'calls' | 'tokens' | 'usd' | 'minutes';

/** A failure of a role's model. */
export abstract class ModelError extends Error {
  readonly role: Role;
  readonly kind: FailureKind;
  /** HTTP status; undefined if there was no answer. */
  readonly status: number | undefined;
  constructor(message: string, fields: { role: Role; kind: FailureKind; status?: number | undefined }) {
    super(message);
    this.role = fields.role;
    this.kind = fields.kind;
    this.status = fields.status;
  }
}

/** One call failed for good: it was refused (400, 413, 422, …), or its retries are used up. The run continues without it. */
export class CallFailedError extends ModelError {
  override readonly name = 'CallFailedError';
}

/** No model can play the role: no key, no such model, no credit, or an endpoint that does not answer. It ends the run. */
export class RoleDownError extends ModelError {
  override readonly name = 'RoleDownError';
}

/** The next request would exceed a limit of the budget. It was not sent. */
export class BudgetExceededError extends Error {
  override readonly name = 'BudgetExceededError';
  readonly which: BudgetLimitName;
  constructor(which: BudgetLimitName, limit: number, spent: number) {
    super(
      `budget.${which}: the next request would exceed the limit of ${limit} (${+spent.toFixed(4)} spent so far); raise it and run the same command again`,
    );
    this.which = which;
  }
}

/** The gateway was stopped. The call was not sent, or was cancelled when the grace ended. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  constructor(message = 'the run was stopped, so no more models are called') {
    super(message);
  }
}

/** The store of answers cannot be opened or written. It ends the run; what was written before is kept. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** The `models` of a config name something that does not exist. Each fault has its path in the config. */
export class ModelsConfigError extends Error {
  override readonly name = 'ModelsConfigError';
  readonly faults: readonly { path: string; message: string }[];
  constructor(faults: readonly { path: string; message: string }[]) {
    super(faults.map((f) => `${f.path}: ${f.message}`).join('\n'));
    this.faults = faults;
  }
}
