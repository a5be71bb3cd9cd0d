import type { FailureKind } from '../errors.ts';
import type { StoredAnswer, StoredRecord } from './storedRecord.ts';
import { LANGUAGE_ROLES, type Role } from '../settings.ts';
import type { TokenUsage } from '../transport.ts';

type RoleMap<T> = Record<Role, T>;
type FailureCounts = Partial<Record<FailureKind, number>>;

/** What a run has asked for so far, earlier sessions of the same run included. */
export interface UsageTotals {
  /** Distinct requests answered. */
  calls: RoleMap<number>;
  /** Requests sent, the failed ones too. */
  sent: RoleMap<number>;
  /** Failed attempts after which the call was tried again, by kind. */
  retries: RoleMap<FailureCounts>;
  /** Calls given up, by the kind of their last failure. */
  failed: RoleMap<FailureCounts>;
  tokens: RoleMap<TokenUsage>;
  /** US dollars, of the roles that have a price. */
  usd: number;
  /** Requests of this session that were answered without being sent. */
  cached: RoleMap<number>;
  /** Texts cut off at the token limit, refused, or empty. */
  finish: RoleMap<{ length: number; refusal: number; empty: number }>;
}

const createRoleMap = <T>(make: () => T): RoleMap<T> => ({
  base: make(),
  reward: make(),
  judge: make(),
  optimizer: make(),
  embeddings: make(),
});

/** A tally of nothing. */
export const createUsageTotals = (): UsageTotals => ({
  calls: createRoleMap(() => 0),
  sent: createRoleMap(() => 0),
  retries: createRoleMap(() => ({})),
  failed: createRoleMap(() => ({})),
  tokens: createRoleMap(() => ({ input: 0, output: 0 })),
  usd: 0,
  cached: createRoleMap(() => 0),
  finish: createRoleMap(() => ({ length: 0, refusal: 0, empty: 0 })),
});

/** Enters a record of the store into a tally. */
export function addToUsageTotals(tally: UsageTotals, record: StoredRecord): void {
  if ('key' in record) return addAnswerUsage(tally, record);
  if (!('failed' in record)) return;
  const kinds = record.final ? tally.failed[record.role] : tally.retries[record.role];
  kinds[record.failed] = (kinds[record.failed] ?? 0) + 1;
  tally.sent[record.role] += 1;
}

function addAnswerUsage(tally: UsageTotals, { role, usage, usd, finish, texts, shared }: StoredAnswer): void {
  tally.calls[role] += 1;
  tally.finish[role].length += finish.filter((f) => f === 'length').length;
  tally.finish[role].refusal += finish.filter((f) => f === 'refusal').length;
  tally.finish[role].empty += texts.filter((t) => t.trim() === '').length;
  if (shared) return;
  tally.sent[role] += 1;
  tally.tokens[role].input += usage.input;
  tally.tokens[role].output += usage.output;
  tally.usd += usd;
}

/** What of a tally counts against the budget: the four roles, embeddings apart. */
export function sumBudgetUsage(tally: UsageTotals): { calls: number; tokens: number } {
  return {
    calls: LANGUAGE_ROLES.reduce((sum, r) => sum + tally.sent[r], 0),
    tokens: LANGUAGE_ROLES.reduce((sum, r) => sum + tally.tokens[r].input + tally.tokens[r].output, 0),
  };
}
