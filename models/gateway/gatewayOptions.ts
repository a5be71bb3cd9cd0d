import type { BatchNews } from '../batch/batchQueue.ts';
import type { BatchTimes } from '../batch/batchRun.ts';
import type { BudgetLimits } from './budget.ts';
import type { Store } from '../cache/store.ts';
import type { StoredAdjustment } from '../cache/storedRecord.ts';
import type { FailureKind } from '../errors.ts';
import type { Role } from '../roles.ts';

/** The answer to a call, or a failed attempt at one, for a live view. */
export type GatewayEvent =
  | { type: 'answered'; role: Role; cached: boolean; ms: number }
  | {
      type: 'failure';
      role: Role;
      kind: FailureKind;
      /** HTTP status; undefined if there was no answer. */
      status: number | undefined;
      /** Milliseconds until the next attempt; null if there will be none. */
      wait: number | null;
      /** Whether the endpoint asked for this wait. */
      isAskedFor: boolean;
      endpoint: string;
      /** The endpoint's limit of calls in flight after this failure. */
      limit: number;
    }
  /** An endpoint refused a parameter of a role's requests. `sentAs`: its name from now on; null if it is left out. */
  | { type: 'adjusted'; role: Role; model: string; parameter: string; sentAs: string | null }
  /** An endpoint answers for a model whose name it does not list. */
  | { type: 'unlisted'; role: Role; model: string; endpoint: string; listed: readonly string[] }
  | ({ type: 'batch' } & BatchNews);

export interface GatewayOptions {
  /** Calls in flight at most, over all roles. Default 16. */
  concurrency?: number;
  /** Default none. */
  budget?: BudgetLimits;
  /** The answers of this run. Default in memory. */
  store?: Store;
  /** Answers shared between runs. It is read after the run's own store and receives every new answer. */
  shared?: Store;
  /** What endpoints refused in another run. Default none. */
  adjustments?: readonly StoredAdjustment[];
  /** The clock, in milliseconds. Default the system's monotonic clock. */
  now?: () => number;
  /** Random numbers in [0, 1), for the jitter of retries. */
  random?: () => number;
  /**
   * Whether the preset is "reference": a refused parameter ends the run, instead of being left out or renamed (`n` never does),
   * and an empty reply of the base model is an answer. Default false.
   */
  isReference?: boolean;
  /** Whether nothing may be sent: a request without a stored answer ends the run. Default false. */
  isOffline?: boolean;
  /** The waits of batches. */
  batchTimes?: Partial<BatchTimes>;
  onEvent?: (event: GatewayEvent) => void;
}
