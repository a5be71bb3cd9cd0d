import type { FailureKind } from '../errors.ts';
import type { StoredAdjustment, StoredAnswer, StoredRecord } from './storedRecord.ts';
import { BUDGETED_ROLES, type Role } from '../roles.ts';
import { sumTokenUsage } from '../sumTokenUsage.ts';
import type { TokenUsage } from '../transport.ts';

/** A value for each role. */
export type RoleMap<T> = Record<Role, T>;
/** How often each kind of failure occurred. */
export type FailureCounts = Partial<Record<FailureKind, number>>;

/** What a run has used so far, earlier sessions of the same run included. */
export interface UsageTotals {
  /** Distinct requests answered. */
  calls: RoleMap<number>;
  /** Requests sent, failed ones included. */
  sent: RoleMap<number>;
  /** Failed attempts that were retried, by kind. */
  retries: RoleMap<FailureCounts>;
  /** Calls that failed for good, by the kind of their last failure. */
  failed: RoleMap<FailureCounts>;
  tokens: RoleMap<TokenUsage>;
  /** US dollars for the models that have a price. */
  usd: number;
  usdByRole: RoleMap<number>;
  /** The part of calls and tokens in which models corrected replies that could not be read. */
  repairs: { calls: number; tokens: number };
  /** Answers that came from batches. */
  batched: RoleMap<number>;
  /** Requests of this session that the cache answered. */
  cached: RoleMap<number>;
  /** Texts that were cut off at the token limit, refused or empty. */
  finish: RoleMap<{ length: number; refusal: number; empty: number }>;
  /** Answers of the judge that came with the odds of their scores. */
  judgedByOdds: number;
  /** What endpoints refused, and what is sent instead. */
  adjustments: Adjustment[];
}

/** A parameter that the endpoint of a role refused. `sentAs`: its name in requests since then; null if it is left out. */
export interface Adjustment {
  role: Role;
  parameter: string;
  sentAs: string | null;
}

const createRoleMap = <T>(create: () => T): RoleMap<T> => ({
  base: create(),
  reward: create(),
  judge: create(),
  optimizer: create(),
  proofJudge: create(),
  embeddings: create(),
});

/** Totals of a run that has used nothing. */
export const createUsageTotals = (): UsageTotals => ({
  calls: createRoleMap(() => 0),
  sent: createRoleMap(() => 0),
  retries: createRoleMap(() => ({})),
  failed: createRoleMap(() => ({})),
  tokens: createRoleMap(() => sumTokenUsage([])),
  usd: 0,
  usdByRole: createRoleMap(() => 0),
  repairs: { calls: 0, tokens: 0 },
  batched: createRoleMap(() => 0),
  cached: createRoleMap(() => 0),
  finish: createRoleMap(() => ({ length: 0, refusal: 0, empty: 0 })),
  judgedByOdds: 0,
  adjustments: [],
});

/** Adds a record of the store to the totals. */
export function addToUsageTotals(totals: UsageTotals, record: StoredRecord): void {
  if ('key' in record) return addAnswerUsage(totals, record);
  if ('parameter' in record) return addAdjustment(totals, record);
  if (!('failed' in record)) return;
  const kinds = record.final ? totals.failed[record.role] : totals.retries[record.role];
  kinds[record.failed] = (kinds[record.failed] ?? 0) + 1;
  totals.sent[record.role] += 1;
  if (record.failed === 'empty') totals.finish[record.role].empty += 1;
  if (record.usage) totals.tokens[record.role] = sumTokenUsage([totals.tokens[record.role], record.usage]);
  addUsd(totals, record.role, record.usd ?? 0);
}

/** A later adjustment of the same parameter replaces the former. */
function addAdjustment(totals: UsageTotals, record: StoredAdjustment): void {
  const added = toAdjustment(record);
  const others = totals.adjustments.filter(
    ({ role, parameter }) => role !== added.role || parameter !== added.parameter,
  );
  totals.adjustments = [...others, added];
}

/** What a stored adjustment says to users: `n > 1` is the parameter `n`, and a form of the reply is `output`. */
export const toAdjustment = ({ role, parameter, sentAs }: StoredAdjustment): Adjustment => ({
  role,
  parameter: parameter === 'json_schema' ? 'output' : (parameter.split(' ')[0] ?? parameter),
  sentAs,
});

function addUsd(totals: UsageTotals, role: Role, usd: number): void {
  totals.usd += usd;
  totals.usdByRole[role] += usd;
}

function addAnswerUsage(totals: UsageTotals, answer: StoredAnswer): void {
  const { role, usage, usd, finish, texts, shared, repair } = answer;
  totals.calls[role] += 1;
  if (role === 'judge' && answer.digits?.some((odds) => odds.length > 0)) totals.judgedByOdds += 1;
  totals.finish[role].length += finish.filter((f) => f === 'length').length;
  totals.finish[role].refusal += finish.filter((f) => f === 'refusal').length;
  totals.finish[role].empty += texts.filter((t) => t.trim() === '').length;
  if (shared) return;
  totals.sent[role] += 1;
  if (answer.batched) totals.batched[role] += 1;
  totals.tokens[role] = sumTokenUsage([totals.tokens[role], usage]);
  addUsd(totals, role, usd);
  if (!repair) return;
  totals.repairs.calls += 1;
  totals.repairs.tokens += usage.input + usage.output;
}

/** The calls and tokens that count against a budget: those of the language roles. */
export function sumBudgetUsage(totals: UsageTotals): { calls: number; tokens: number } {
  return {
    calls: BUDGETED_ROLES.reduce((sum, r) => sum + totals.sent[r], 0),
    tokens: BUDGETED_ROLES.reduce((sum, r) => sum + totals.tokens[r].input + totals.tokens[r].output, 0),
  };
}
