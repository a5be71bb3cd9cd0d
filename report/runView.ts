import type { FinalOutcome } from '../state/final.ts';
import type { ProofVerdict } from '../state/verdict.ts';
import type { RunSubject } from './describeRunConfig.ts';

/** What the page of a run shows, as plain JSON. It is in the page's file, or sent to the page of a running search. */
export interface RunView {
  /** The name of the run's folder, or the model of a published run. */
  title: string;
  /** "running": there is no result yet. "published": one of the authors' runs. */
  state: 'running' | 'ended' | 'published';
  best: { id: string; prompt: string; value: number | null };
  stoppedBy: string | null;
  /** What its reader should know first, such as a judge that measures nothing. */
  warnings: WarningView[];
  levels: LevelView[];
  /** Level by level, in the order of the drawing: children under their parents, the best path first. */
  nodes: NodeView[];
  /** From the root to the best node. */
  path: string[];
  aspects: AspectView[];
  roles: RoleView[];
  failures: FailureView[];
  rejectedRewrites: RejectionView[];
  final: FinalOutcome | null;
  /** What the proof says of the best prompt; null if there is none, or not yet. */
  verdict: ProofVerdict | null;
  /** The fresh queries of the proof with the answers of both prompts. */
  answers: AnswerPairView[];
  /** How well the judge agrees with itself; null if it was not measured. */
  reliability: JudgeReliabilityView | null;
  /** Whether each level was cut by rank, so that there can be ties at the cut (a beam, not sampling or tree search). */
  ranked: boolean;
  /** Number of judges. The median of their scores counts. */
  judges: number;
  /** US dollars; null if no model has a price. */
  usd: number | null;
  seconds: number | null;
  /** When the result was written, as an ISO date; null if there is none, or it is not known. */
  finished: string | null;
  /** Whose prompt it is and what scored it. */
  subject: RunSubject;
  config: unknown;
}

/** Something that the run warns of. `text` may quote a model. */
export interface WarningView {
  code: string;
  text: string;
}

/** The score of one aspect of a node. */
export interface ScoreView {
  aspect: string;
  /** 1 to 5. */
  score: number;
  rationale: string;
}

/** A judged answer. `reward`: 1 to 5; null if the judgement is missing. */
export interface AnswerView {
  response: string;
  reward: number | null;
  scores: ScoreView[];
}

/** What the first prompt and its challenger answered to a fresh query. */
export interface AnswerPairView {
  query: string;
  first: AnswerView;
  challenger: AnswerView;
}

/** A judged node of the tree. */
export interface NodeView {
  id: string;
  parent: string | null;
  depth: number;
  /** The position from the left in the drawing of its level, from 0. */
  column: number;
  prompt: string;
  query: string;
  response: string;
  scores: ScoreView[];
  /** Aspects that the judge should have scored and did not. */
  unscored: string[];
  /** 1 to 5; null if the judgement is missing. */
  reward: number | null;
  /** Mean reward along the path, 1 to 5, without the root. */
  value: number | null;
  /** Why the judgement is missing; null if it is not. */
  missing: string | null;
  /** "open": the search has not ranked its level yet. */
  fate: 'kept' | 'pruned' | 'open';
  /** Whether it has its parent's prompt. */
  unchanged: boolean;
  onPath: boolean;
}

/** A level of the tree. All its nodes answered the same query. */
export interface LevelView {
  depth: number;
  query: string;
  nodes: number;
  pruned: number;
  /** Mean, lowest and highest reward of its nodes. */
  mean: number | null;
  low: number | null;
  high: number | null;
  /** The reward of all its nodes, if two or more were judged and none differs; else null. */
  tiedAt: number | null;
  /** The reward of its node on the best path. */
  path: number | null;
  /** Nodes of equal rank on both sides of the cut, so that list order decided: their value and ids. Null if there are none. */
  tie: { value: number | null; kept: string[]; pruned: string[] } | null;
}

/** The mean scores of an aspect by level; null if it was not judged on that level. */
export interface AspectView {
  name: string;
  judged: number;
  mean: number;
  all: (number | null)[];
  path: (number | null)[];
}

/** The calls, tokens and dollars of a role. */
export interface RoleView {
  role: string;
  calls: number;
  retries: number;
  failed: number;
  input: number;
  /** The part of the input that came from a provider's cache. */
  cachedInput: number;
  output: number;
  /** The part of the output that is thinking. */
  reasoning: number;
  /** The part of input and output that no endpoint counted. */
  estimated: number;
  /** US dollars at the prices of the config; null without a price. */
  usd: number | null;
}

/** How often a kind of failure happened to a role. */
export interface FailureView {
  role: string;
  kind: string;
  /** The call was retried, it failed for good, or its answer could not be used. */
  outcome: 'retried' | 'failed' | 'unusable';
  count: number;
}

/** How often rewrites were rejected for a reason. */
export interface RejectionView {
  reason: string;
  count: number;
  /** Lines that rewrites were rejected for, each once; a few at most. */
  lines: string[];
}

/** Responses that were judged twice. `spread`, `rewardSpread`: standard deviation of one score and of one reward, in points. */
export interface JudgeReliabilityView {
  judgements: number;
  scores: number;
  spread: number | null;
  rewardSpread: number | null;
}
