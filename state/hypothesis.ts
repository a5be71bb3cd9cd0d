import { z } from 'zod';
import { Estimate, ROOT_ESTIMATE } from './estimate.ts';
import { QueryDetails } from './example.ts';
import { Evaluation, computeReward } from './judgement.ts';
import { Reward } from './reward.ts';
import { ToolCall } from './toolCall.ts';

/** A judged node of the search tree, as the journal holds it. */
export const Hypothesis = z.object({
  /** Path in the tree: "0" is the root, "0.2" its third child. A kept prompt is child 0. */
  id: z.string(),
  parent: z.string().nullable(),
  /** Level in the tree, 0 for the root. */
  depth: z.number().int().min(0),
  /** Position among the candidates of its level, from 0: better parents first, then sample by sample, as in the reference. */
  index: z.number().int().min(0),
  prompt: z.string(),
  query: z.string(),
  response: z.string(),
  /** The tools that an agent called before it answered. Left out: no agent answered. */
  toolCalls: z.array(ToolCall).exactOptional(),
  aspects: z.array(z.string()),
  evaluation: Evaluation,
  /** Mean points, 1 to 5. Null: the judgement is missing. The reference preset records 0 instead. */
  reward: z.number().nullable(),
  /** Mean reward along the path without the root's, 1 to 5. Null: nothing on the path was judged. */
  value: z.number().nullable(),
  /** Why the judgement is missing. */
  missing: z.string().optional(),
  /** How much the query counts in means over queries, above 0. Left out: 1, as a usual query. */
  weight: z.number().positive().optional(),
  /** Remarks on the parent's response that came after its judgement, by aspect. The first child has them. */
  parentRemarks: z.record(z.string(), z.string()).exactOptional(),
});
export type Hypothesis = z.infer<typeof Hypothesis>;

/** What the next level needs to know of a path besides its last node. */
export const Lineage = z.object({
  /** Sums of the weighted rewards on the path and of their weights, without the root's. */
  rewardTotal: z.number(),
  rewardWeight: z.number().min(0),
  /** The same with the level's mean in place of a missing reward, for ranking only. */
  rankingTotal: z.number(),
  rankingWeight: z.number().min(0),
  /** The estimate of the prompt's quality. Before its level is ranked, its parent's. */
  quality: Estimate,
  /** Whether the prompt was rewritten. Otherwise it is its parent's. */
  rewritten: z.boolean().default(false),
  /** The last prompts of the path, oldest first, the current one last. Empty at the root. */
  history: z.array(z.string()),
  /** Edits near the path that scored clearly lower than a sibling, oldest first, for the optimizer. */
  failedEdits: z.array(z.string()).default([]),
  /** The same among this node's own siblings. Its children pass them to the optimizer. */
  levelFailedEdits: z.array(z.string()).default([]),
  /** Fingerprints (state/promptFingerprint.ts) of the newest prompts of the tree before this level, and of its siblings. */
  knownPrompts: z.array(z.string()).default([]),
  /** Fingerprints of the prompts of this node's own level, for its children. */
  levelPrompts: z.array(z.string()).default([]),
  /** Whether this step kept a prompt that was good enough. Such a level adds to the depth. */
  addsDepth: z.boolean(),
  /** Steps in a row, up to this one, without a response. */
  unansweredSteps: z.number().int(),
});
export type Lineage = z.infer<typeof Lineage>;

/** What a judge needs to explain scores that it gave without remarks. */
const UnexplainedScores = z.object({ rewards: z.array(Reward), reasoning: z.string(), details: QueryDetails });

/** A judged node on the frontier, with its lineage. */
export const Candidate = Hypothesis.extend({ lineage: Lineage, unexplained: UnexplainedScores.exactOptional() });
export type Candidate = z.infer<typeof Candidate>;

/** Returns the depth of a level's candidates, 0 for the root's level. */
export const getLevel = ([first]: readonly Candidate[]): number => first?.depth ?? 0;

/** A candidate before it is judged. */
export const CandidateDraft = Candidate.pick({
  id: true,
  parent: true,
  depth: true,
  index: true,
  prompt: true,
  query: true,
  lineage: true,
  parentRemarks: true,
});
export type CandidateDraft = z.infer<typeof CandidateDraft>;

/** Drops what the journal does not hold. */
export function toHypothesis(candidate: Candidate): Hypothesis {
  const { lineage: _, unexplained: __, ...node } = candidate;
  return node;
}

/** How a path is valued: by the mean of its rewards, or by the last one as in the reference with a beam of one. */
export type PathAggregation = 'mean' | 'last';

/**
 * Makes a candidate of a draft and its judgement: it computes the reward and brings the path's sums and value up to date.
 * The root's reward counts for no path. `missingJudgementScore` is what a missing judgement counts as: null (nothing) or 0.
 */
export function applyJudgement(
  draft: CandidateDraft,
  judgement: {
    response: string;
    toolCalls?: ToolCall[];
    aspects: string[];
    evaluation: Evaluation;
    missing?: string | undefined;
    answered?: boolean;
    weight?: number | undefined;
  },
  {
    aggregate = 'mean',
    missingJudgementScore = null,
  }: { aggregate?: PathAggregation; missingJudgementScore?: 0 | null } = {},
): Candidate {
  const reward = computeReward(judgement.evaluation) ?? missingJudgementScore;
  const { missing, answered = true, weight, ...rest } = judgement;
  const path = { ...draft.lineage, unansweredSteps: answered ? 0 : draft.lineage.unansweredSteps + 1 };
  const lineage = draft.depth === 0 || reward === null ? path : withReward(path, reward, weight);
  const value =
    draft.depth === 0
      ? 0
      : aggregate === 'last'
        ? reward
        : lineage.rewardWeight > 0
          ? lineage.rewardTotal / lineage.rewardWeight
          : null;
  const more = { ...(missing !== undefined && { missing }), ...(weight !== undefined && { weight }) };
  return { ...draft, ...rest, reward, value, lineage, ...more };
}

const withReward = (path: Lineage, reward: number, weight = 1): Lineage => ({
  ...withRankingReward(path, reward, weight),
  rewardTotal: path.rewardTotal + weight * reward,
  rewardWeight: path.rewardWeight + weight,
});

/** Counts the reward of a path's last node for ranking only. */
export const withRankingReward = (path: Lineage, reward: number, weight = 1): Lineage => ({
  ...path,
  rankingTotal: path.rankingTotal + weight * reward,
  rankingWeight: path.rankingWeight + weight,
});

const ROOT_LINEAGE: Lineage = {
  rewardTotal: 0,
  rewardWeight: 0,
  rankingTotal: 0,
  rankingWeight: 0,
  quality: ROOT_ESTIMATE,
  rewritten: false,
  history: [],
  failedEdits: [],
  levelFailedEdits: [],
  knownPrompts: [],
  levelPrompts: [],
  addsDepth: false,
  unansweredSteps: 0,
};

/** Makes the root s_0: the initial prompt on the first query. */
export const makeRootDraft = (prompt: string, query: string): CandidateDraft => ({
  id: '0',
  parent: null,
  depth: 0,
  index: 0,
  prompt,
  query,
  lineage: ROOT_LINEAGE,
});
