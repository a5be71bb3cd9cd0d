import { CallFailedError, RoleDownError } from '../errors.ts';
import { isPromptFailure } from '../../state/failure.ts';
import type { Role } from '../roles.ts';
import { describeFailure, suggestFix } from './describeFailure.ts';
import type { FailedAttempt } from './retry.ts';
import type { RoleModel } from './roleModel.ts';

/** Calls of one model in a row that may use up their retries before its role counts as down. */
const MAX_CONSECUTIVE_FAILURES = 3;

/** First calls of one model, none of them answered, whose prompts it may refuse or answer with nothing before its role counts as down. */
const MAX_FIRST_UNANSWERED = 5;
/** First answers of a base model that may begin with the marks of a chat template. */
const MAX_TEMPLATE_MARKS = 2;

/** Which roles are down, and how many calls of each model failed in a row. */
export class RoleHealth {
  readonly #consecutiveFailures = new Map<string, number>();
  readonly #downRoles = new Map<Role, RoleDownError>();
  readonly #answered = new Set<string>();
  readonly #firstUnanswered = new Map<string, number>();
  readonly #templateMarks = new Map<string, number>();

  isDown(role: Role): boolean {
    return this.#downRoles.has(role);
  }

  /** @throws RoleDownError */
  throwIfDown(role: Role): void {
    const error = this.#downRoles.get(role);
    if (error) throw error;
  }

  /** Notes that a model answered, in this session or an earlier one. */
  recordAnswer({ role, model }: { role: Role; model: string }): void {
    this.#answered.add(`${role} ${model}`);
  }

  /** Notes a reply, whatever it says: the endpoint is up. */
  recordReply(model: RoleModel): void {
    this.#consecutiveFailures.delete(toModelKey(model));
  }

  /** Whether all answers of a model so far, at least two, begin with the marks of a chat template. */
  lacksTemplate({ role, transport }: RoleModel, hasMark: boolean): boolean {
    const key = `${role} ${transport.model}`;
    if (role !== 'base' || transport.kind !== 'chat' || !hasMark) return false;
    const marks = (this.#templateMarks.get(key) ?? 0) + 1;
    this.#templateMarks.set(key, marks);
    return marks >= MAX_TEMPLATE_MARKS && !this.#answered.has(key);
  }

  /** Counts a call that failed for good. Returns its error, which says that the role is down if that many failed in a row. */
  recordFailure(model: RoleModel, failure: FailedAttempt, attempt: number): CallFailedError | RoleDownError {
    const fields = { role: model.role, kind: failure.kind, status: failure.status };
    const description = describeFailure(model, failure, attempt);
    const failures = (this.#consecutiveFailures.get(toModelKey(model)) ?? 0) + (failure.retryable ? 1 : 0);
    this.#consecutiveFailures.set(toModelKey(model), failures);
    if (this.#isFirstUnanswered(model, failure))
      return this.takeDown(
        model,
        failure,
        `${description}; ${MAX_FIRST_UNANSWERED} calls failed like this, and none was answered; ${suggestFix(model, failure)}`,
      );
    const isFatal = failure.kind === 'auth' || failure.kind === 'not-found' || failure.kind === 'quota';
    if (!isFatal && failures < MAX_CONSECUTIVE_FAILURES) return new CallFailedError(description, fields);
    const message = isFatal
      ? `${description}; ${suggestFix(model, failure)}`
      : `${description}; ${failures} calls in a row failed like this; check that the endpoint is up, then run the same command again`;
    return this.takeDown(model, failure, message);
  }

  /** Whether a model refused its first prompts, or said nothing to them. */
  #isFirstUnanswered({ role, transport }: RoleModel, failure: FailedAttempt): boolean {
    const key = `${role} ${transport.model}`;
    if (!isPromptFailure(failure) || this.#answered.has(key)) return false;
    const calls = (this.#firstUnanswered.get(key) ?? 0) + 1;
    this.#firstUnanswered.set(key, calls);
    return calls >= MAX_FIRST_UNANSWERED;
  }

  /** Marks a role as down: its other calls are not sent. The first reason is kept. */
  takeDown(
    { role }: Pick<RoleModel, 'role'>,
    { kind, status }: Pick<FailedAttempt, 'kind' | 'status'>,
    message: string,
  ): RoleDownError {
    const error = this.#downRoles.get(role) ?? new RoleDownError(message, { role, kind, status });
    this.#downRoles.set(role, error);
    return error;
  }
}

const toModelKey = ({ role, transport }: RoleModel): string => `${role} ${transport.model} ${transport.endpoint}`;
