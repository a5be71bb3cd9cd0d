import type { FinalOutcome } from '../state/final.ts';

/** What the page of a run shows, as plain JSON: made from the journal, embedded in the page, or sent to it while a run goes on. */
export interface RunView {
  /** Whose run it is: the folder's name, or the model of a published run. */
  title: string;
  /** "running": there is a journal but no result yet; "published": one of the authors' runs. */
  state: 'running' | 'ended' | 'published';
  best: { id: string; prompt: string; value: number | null };
  stoppedBy: string | null;
  levels: LevelView[];
  /** Level by level, in the order they are drawn: children under their parents, the best path first. */
  nodes: NodeView[];
  /** From the root to the best node. */
  path: string[];
  aspects: AspectView[];
  roles: RoleView[];
  faults: FaultView[];
  final: FinalOutcome | null;
  /** How far the judge agreed with itself when asked again, in points of 5; null where it was not asked. */
  retest: JudgeReliabilityView | null;
  /** Whether each level was cut by value, so that equals at the cut are of note: a beam, and not sampling or tree search. */
  ranked: boolean;
  /** How many judges there are; each aspect's median counts. */
  judges: number;
  /** US dollars and seconds; null where not known. */
  usd: number | null;
  seconds: number | null;
  config: unknown;
}

/** One aspect's judgement in a node. */
export interface ScoreView {
  aspect: string;
  /** 1 to 5. */
  score: number;
  rationale: string;
}

/** A judged node of the tree. */
export interface NodeView {
  id: string;
  parent: string | null;
  depth: number;
  /** Its place from the left among the drawn nodes of its level. */
  column: number;
  prompt: string;
  query: string;
  response: string;
  scores: ScoreView[];
  /** Aspects that were asked for and not scored. */
  unscored: string[];
  /** 1 to 5; null where the judgement is missing. */
  reward: number | null;
  /** Mean reward along the path, the root's left out. */
  value: number | null;
  /** Why the judgement is missing; null where it is not. */
  missing: string | null;
  /** "open": on the level the search is at, not decided yet. */
  fate: 'kept' | 'pruned' | 'open';
  /** Whether it has its parent's prompt, judged on the next query. */
  unchanged: boolean;
  onPath: boolean;
}

/** A level: all its nodes answered one query. */
export interface LevelView {
  depth: number;
  query: string;
  nodes: number;
  pruned: number;
  /** Mean, least and greatest reward of its nodes; the best path's. */
  mean: number | null;
  low: number | null;
  high: number | null;
  path: number | null;
  /** Where equals stood on both sides of the cut, so that their order decided: the value they share, and their ids. */
  tie: { value: number | null; kept: string[]; pruned: string[] } | null;
}

/** An aspect's mean scores by level, null where it was not judged. */
export interface AspectView {
  name: string;
  judged: number;
  mean: number;
  all: (number | null)[];
  path: (number | null)[];
}

/** What a role was asked, and what it took. */
export interface RoleView {
  role: string;
  calls: number;
  retries: number;
  failed: number;
  input: number;
  output: number;
  /** At the prices the config states; null without. */
  usd: number | null;
}

/** A kind of fault, by role, and how often. */
export interface FaultView {
  role: string;
  kind: string;
  /** Whether another attempt was made, the call was given up, or an answer came that could not be used or was not taken. */
  ended: 'retried' | 'given up' | 'unusable' | 'not taken';
  count: number;
}

/** Judgements made a second time; `spread` and `rewardSpread`: the standard deviation of one score, and of one reward. */
export interface JudgeReliabilityView {
  judgements: number;
  scores: number;
  spread: number | null;
  rewardSpread: number | null;
}
