import type { FailureKind } from '../errors.ts';
import type { StoredAnswer, StoredRecord } from './storedRecord.ts';
import { ROLES, type Role, type Usage } from '../transport.ts';

type ByRole<T> = Record<Role, T>;
type Kinds = Partial<Record<FailureKind, number>>;

/** What a run has asked for so far, earlier sessions of the same run included. */
export interface Tally {
  /** Distinct requests answered. */
  calls: ByRole<number>;
  /** Requests sent, the failed ones too. */
  sent: ByRole<number>;
  /** Failed attempts after which the call was tried again, by kind. */
  retries: ByRole<Kinds>;
  /** Calls given up, by the kind of their last failure. */
  failed: ByRole<Kinds>;
  tokens: ByRole<Usage>;
  /** US dollars, of the roles that have a price. */
  usd: number;
  /** Requests of this session that were answered without being sent. */
  cached: ByRole<number>;
  /** Texts cut off at the token limit, refused, or empty. */
  finish: ByRole<{ length: number; refusal: number; empty: number }>;
}

const byRole = <T>(make: () => T): ByRole<T> => ({
  base: make(),
  reward: make(),
  judge: make(),
  optimizer: make(),
  embeddings: make(),
});

/** A tally of nothing. */
export const emptyTally = (): Tally => ({
  calls: byRole(() => 0),
  sent: byRole(() => 0),
  retries: byRole(() => ({})),
  failed: byRole(() => ({})),
  tokens: byRole(() => ({ input: 0, output: 0 })),
  usd: 0,
  cached: byRole(() => 0),
  finish: byRole(() => ({ length: 0, refusal: 0, empty: 0 })),
});

/** Enters a record of the store into a tally. */
export function enter(tally: Tally, record: StoredRecord): void {
  if ('key' in record) return enterAnswer(tally, record);
  if (!('failed' in record)) return;
  const kinds = record.final ? tally.failed[record.role] : tally.retries[record.role];
  kinds[record.failed] = (kinds[record.failed] ?? 0) + 1;
  tally.sent[record.role] += 1;
}

function enterAnswer(tally: Tally, { role, usage, usd, finish, texts, shared }: StoredAnswer): void {
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
export function spentOf(tally: Tally): { calls: number; tokens: number } {
  const roles = ROLES.filter((r) => r !== 'embeddings');
  return {
    calls: roles.reduce((sum, r) => sum + tally.sent[r], 0),
    tokens: roles.reduce((sum, r) => sum + tally.tokens[r].input + tally.tokens[r].output, 0),
  };
}
