import { CallFailedError, RoleDownError } from '../errors.ts';
import type { Role } from '../roles.ts';
import { describeFailure, suggestFix } from './describeFailure.ts';
import type { FailedAttempt } from './retry.ts';
import type { RoleModel } from './roleModel.ts';

/** Calls of one model in a row that may use up their retries before its role counts as down. */
const MAX_CONSECUTIVE_FAILURES = 3;

/** Which roles are down, and how many calls of each model failed in a row. */
export class RoleHealth {
  readonly #consecutiveFailures = new Map<string, number>();
  readonly #downRoles = new Map<Role, RoleDownError>();

  isDown(role: Role): boolean {
    return this.#downRoles.has(role);
  }

  /** @throws RoleDownError */
  throwIfDown(role: Role): void {
    const error = this.#downRoles.get(role);
    if (error) throw error;
  }

  recordAnswer(model: RoleModel): void {
    this.#consecutiveFailures.delete(toModelKey(model));
  }

  /** Counts a call that failed for good. Returns its error, which says that the role is down if that many failed in a row. */
  recordFailure(model: RoleModel, failure: FailedAttempt, attempt: number): CallFailedError | RoleDownError {
    const fields = { role: model.role, kind: failure.kind, status: failure.status };
    const description = describeFailure(model, failure, attempt);
    const failures = (this.#consecutiveFailures.get(toModelKey(model)) ?? 0) + (failure.retryable ? 1 : 0);
    this.#consecutiveFailures.set(toModelKey(model), failures);
    const isFatal = failure.kind === 'auth' || failure.kind === 'not-found' || failure.kind === 'quota';
    if (!isFatal && failures < MAX_CONSECUTIVE_FAILURES) return new CallFailedError(description, fields);
    const message = isFatal
      ? `${description}; ${suggestFix(model, failure)}`
      : `${description}; ${failures} calls in a row failed like this; check that the endpoint is up, then run the same command again`;
    return this.takeDown(model, failure, message);
  }

  /** Marks a role as down: its other calls are not sent. The first reason is kept. */
  takeDown({ role }: RoleModel, { kind, status }: FailedAttempt, message: string): RoleDownError {
    const error = this.#downRoles.get(role) ?? new RoleDownError(message, { role, kind, status });
    this.#downRoles.set(role, error);
    return error;
  }
}

const toModelKey = ({ role, transport }: RoleModel): string => `${role} ${transport.model} ${transport.endpoint}`;
