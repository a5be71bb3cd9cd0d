import type { BatchNews } from '../models/batch/batchQueue.ts';
import type { Adjustment, UsageTotals } from '../models/cache/usageTotals.ts';
import type { FailureKind } from '../models/errors.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import type { Role } from '../models/roles.ts';
import type { OptimizeResult } from './result.ts';
import type { RunControl } from './runControl.ts';
import type { RunWarning } from './runWarning.ts';

/** The search starts or continues. */
export interface StartedEvent {
  type: 'started';
  folder: string;
  /** What was read, in words: how many queries, from where, a sample, and fields that nothing uses. */
  data?: string;
  /** Says that the proof will have too few queries, and what would do. */
  proof?: string;
  /** Levels that the search is expected to take at most. */
  levels: number;
  /** Calls that the whole run is expected to take, with its final and proof; null if its strategy does not tell. */
  expectedCalls: number | null;
  /** The candidates that earlier sessions of this run judged. */
  judgedBefore: readonly Hypothesis[];
  /** Calls, tokens and cost so far, earlier sessions included. */
  getUsage: () => UsageTotals;
  /** Pauses, resumes or stops the run; left out for a search at a server. */
  control?: RunControl;
}

/** A prompt was judged on a query. */
export interface CandidateJudgedEvent {
  type: 'candidateJudged';
  node: Hypothesis;
}

/** All candidates of a level are judged and ordered. */
export interface LevelRankedEvent {
  type: 'levelRanked';
  /** 0 for the first prompt. */
  level: number;
  /** The ids that survive, best first. */
  beam: readonly string[];
  /** The prompt of the best of them. */
  bestPrompt: string;
  /** Mean reward along its path, 1 to 5; null if nothing on it was judged. */
  value: number | null;
}

/** A guard, or the safety floor, rejected a rewrite. */
export interface RewriteRejectedEvent {
  type: 'rewriteRejected';
  /** The id of the prompt that was rewritten. */
  parent: string;
  reason: string;
  /** The new line that it was rejected for, if one line is to blame. */
  line?: string;
}

/** A model's reply could not be read. */
export interface ReplyUnreadableEvent {
  type: 'replyUnreadable';
  /** The node that asked, such as "judge". */
  step: string;
  complaint: string;
  reply: string;
  /** Whether the model's correction, or a repair, could be read. */
  repaired: boolean;
}

/** A call failed and is sent again after a wait. */
export interface CallRetriedEvent {
  type: 'callRetried';
  role: Role;
  kind: FailureKind;
  /** The HTTP status, if there was an answer. */
  status: number | undefined;
  waitMs: number;
  /** Whether the endpoint asked for this wait. */
  isAskedFor: boolean;
  /** Where the call went: a URL without credentials, or a provider's name. */
  endpoint: string;
}

/** The run was told to stop. It sends nothing more, waits for the calls in flight, and ends with the best prompt so far. */
export interface StoppingEvent {
  type: 'stopping';
  /** Calls in flight. */
  calls: number;
  /** They are cancelled after so long. */
  graceMs: number;
}

/** An endpoint refused a parameter, which is left out or renamed from now on. */
export interface EndpointAdjustedEvent extends Adjustment {
  type: 'endpointAdjusted';
  /** The model whose endpoint refused it. */
  model: string;
}

/** A batch of an evaluation or an experiment was created, goes on or has ended. A search sends none. */
export interface BatchReportedEvent extends BatchNews {
  type: 'batchReported';
}

/** The run shows something that its user should know now, such as a judge that measures nothing. Once for each code. */
export interface WarningRaisedEvent extends RunWarning {
  type: 'warningRaised';
}

/** A file of the run's folder was damaged. It is written again; nothing of it was used. */
export interface FileDamagedEvent {
  type: 'fileDamaged';
  /** Names the file, and says what is done. */
  text: string;
}

/** The comparison on held-out queries has a new figure. */
export interface ProofUpdatedEvent extends Interval {
  type: 'proofUpdated';
  /** Held-out queries that both prompts answered. */
  queries: number;
}

/** The run ended: with a result, or with the error that `optimize()` rejects with. */
export interface FinishedEvent {
  type: 'finished';
  folder: string;
  result: OptimizeResult | null;
  error: unknown;
  /** What else a person should know, such as traces that LangSmith refused. */
  notes: readonly string[];
}

/** What happens in a run. */
export type OptimizeEvent =
  | StartedEvent
  | CandidateJudgedEvent
  | LevelRankedEvent
  | RewriteRejectedEvent
  | ReplyUnreadableEvent
  | CallRetriedEvent
  | StoppingEvent
  | EndpointAdjustedEvent
  | BatchReportedEvent
  | WarningRaisedEvent
  | FileDamagedEvent
  | ProofUpdatedEvent
  | FinishedEvent;

/** Receives a run's events. The run waits for what it returns after `started` and `finished`, and ends if it throws or rejects. */
export type OptimizeEventHandler = (event: OptimizeEvent) => unknown;
