import type { BudgetLimits } from './budget.ts';
import type { FailureKind } from '../errors.ts';
import type { Store } from '../cache/responseStore.ts';
import type { Role } from '../settings.ts';

/** What happens to calls, for a live view. `wait`: milliseconds until the next attempt, null where the call was given up. */
export type GatewayEvent =
  | { type: 'answered'; role: Role; cached: boolean; ms: number }
  | {
      type: 'fault';
      role: Role;
      kind: FailureKind;
      status: number | undefined;
      wait: number | null;
      endpoint: string;
      limit: number;
    };

export interface GatewayOptions {
  /** Calls in flight at most, over all roles. */
  concurrency?: number;
  budget?: BudgetLimits;
  /** The answers of this run; kept in memory unless given. */
  store?: Store;
  /** Answers shared between runs: looked up after the run's own, and given every new one. */
  shared?: Store;
  /** Milliseconds. */
  now?: () => number;
  /** In [0, 1). */
  random?: () => number;
  onEvent?: (event: GatewayEvent) => void;
}
