import { z } from 'zod';
import { Estimate, ROOT_ESTIMATE } from './estimate.ts';
import { Evaluation, computeReward } from './judgement.ts';

/** A judged node of the search tree, as it goes out to the journal. */
export const Hypothesis = z.object({
  /** Place in the tree: "0" is the root, "0.2" its third child; a kept prompt is child 0. */
  id: z.string(),
  parent: z.string().nullable(),
  /** 0 for the root, one more a level. */
  depth: z.number().int().min(0),
  /** Position among the candidates of its level, from 0: better parents first, then sample by sample, as in the reference. */
  index: z.number().int().min(0),
  prompt: z.string(),
  query: z.string(),
  response: z.string(),
  aspects: z.array(z.string()),
  evaluation: Evaluation,
  /** 1 to 5; null where the judgement is missing (the reference preset records 0). */
  reward: z.number().nullable(),
  /** Mean reward along the path, the root's left out; null while nothing on the path was judged. */
  value: z.number().nullable(),
  /** Why the judgement is missing. */
  missing: z.string().optional(),
});
export type Hypothesis = z.infer<typeof Hypothesis>;

/** What the next level needs to know of a path besides its last node: running sums and the last few prompts. */
export const Lineage = z.object({
  /** Sum and number of the rewards measured on the path, the root's left out. */
  rewardTotal: z.number(),
  rewardCount: z.number().int(),
  /** The same with a level's mean standing in for a missing reward: for ranking alone. */
  rankingTotal: z.number(),
  rankingCount: z.number().int(),
  /** What is thought of the prompt's quality; before its level is ranked, of its parent's. */
  quality: Estimate,
  /** Whether the prompt is its parent's rewritten, or its parent's own. */
  rewritten: z.boolean().default(false),
  /** The last prompts of the path, oldest first, the current one last; empty at the root. */
  history: z.array(z.string()),
  /** Edits of the path's surroundings that did worse than what was kept, oldest first: for the optimizer. */
  failedEdits: z.array(z.string()).default([]),
  /** The same of this node's own siblings: its children are told. */
  levelFailedEdits: z.array(z.string()).default([]),
  /** Sketches (state/promptFingerprint.ts) of the tree's prompts before this level, its siblings besides: the newest so many. */
  knownPrompts: z.array(z.string()).default([]),
  /** The same of this node's own level: its children know them. */
  levelPrompts: z.array(z.string()).default([]),
  /** Whether this step kept the parent's prompt because there was nothing to mend: such a level adds to the depth. */
  addsDepth: z.boolean(),
  /** Steps in a row, this one included, to which the base model gave no response. */
  unansweredSteps: z.number().int(),
});
export type Lineage = z.infer<typeof Lineage>;

/** A hypothesis on the frontier, with its lineage: what a beam holds. */
export const Candidate = Hypothesis.extend({ lineage: Lineage });
export type Candidate = z.infer<typeof Candidate>;

/** Returns the depth of a level's candidates, 0 for the root's level. */
export const getLevel = ([first]: readonly Candidate[]): number => first?.depth ?? 0;

/** A hypothesis before it is judged. */
export const CandidateDraft = Candidate.pick({
  id: true,
  parent: true,
  depth: true,
  index: true,
  prompt: true,
  query: true,
  lineage: true,
});
export type CandidateDraft = z.infer<typeof CandidateDraft>;

export function toHypothesis(candidate: Candidate): Hypothesis {
  const { lineage: _, ...node } = candidate;
  return node;
}

/** How a path is valued: the mean of its rewards, or the last one alone (the reference's choice for a beam of one). */
export type PathAggregation = 'mean' | 'last';

/**
 * The draft with its judgement: the reward, and the path's value brought up to date. The root counts for nothing
 * (docs/algorithm.md#values-and-ties). `missingJudgementScore`: what a missing judgement counts as, null (nothing) or 0 (the reference).
 */
export function applyJudgement(
  draft: CandidateDraft,
  judgement: {
    response: string;
    aspects: string[];
    evaluation: Evaluation;
    missing?: string | undefined;
    answered?: boolean;
  },
  {
    aggregate = 'mean',
    missingJudgementScore = null,
  }: { aggregate?: PathAggregation; missingJudgementScore?: 0 | null } = {},
): Candidate {
  const reward = computeReward(judgement.evaluation) ?? missingJudgementScore;
  const { missing, answered = true, ...rest } = judgement;
  const path = { ...draft.lineage, unansweredSteps: answered ? 0 : draft.lineage.unansweredSteps + 1 };
  const lineage = draft.depth === 0 || reward === null ? path : withReward(path, reward);
  const value =
    draft.depth === 0
      ? 0
      : aggregate === 'last'
        ? reward
        : lineage.rewardCount
          ? lineage.rewardTotal / lineage.rewardCount
          : null;
  return { ...draft, ...rest, reward, value, lineage, ...(missing === undefined ? {} : { missing }) };
}

const withReward = (path: Lineage, reward: number): Lineage => ({
  ...path,
  rewardTotal: path.rewardTotal + reward,
  rewardCount: path.rewardCount + 1,
  rankingTotal: path.rankingTotal + reward,
  rankingCount: path.rankingCount + 1,
});

const ROOT_LINEAGE: Lineage = {
  rewardTotal: 0,
  rewardCount: 0,
  rankingTotal: 0,
  rankingCount: 0,
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

/** The root s_0: the initial prompt on the first query. */
export const makeRootDraft = (prompt: string, query: string): CandidateDraft => ({
  id: '0',
  parent: null,
  depth: 0,
  index: 0,
  prompt,
  query,
  lineage: ROOT_LINEAGE,
});
