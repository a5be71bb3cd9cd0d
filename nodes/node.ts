import type { RunnableConfig } from '@langchain/core/runnables';
import type { Stage } from '../prompts/judge.ts';
import type { Example, QueryDetails, QueryInput, Query } from '../state/example.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { Reward } from '../state/reward.ts';
import type { ToolCall } from '../state/toolCall.ts';

/** A step of the paper. It reads a few fields of one item and writes a few. */
export type Node<Reads, Writes> = (reads: Reads, config?: RunnableConfig) => Promise<Writes>;

/** Orders the training queries X: by a seeded shuffle over the sources, or in the order of the input. */
export type SampleQueries = Node<{ queries: readonly QueryInput[] }, { queries: Query[] }>;

/** Finds I*_K: for each query the indices of the K most similar examples, the most similar first. */
export type RetrieveExamples = Node<
  { queries: readonly string[]; examples: readonly Example[] },
  { exampleIndices: number[][] }
>;

/** Chooses ℝ_q, the rewards that matter for a query. `missing` says why a fixed set was used instead. */
export type SelectRewards = Node<
  { query: string; stage: Stage } & QueryDetails,
  { rewards: Reward[]; reasoning: string; missing?: string }
>;

/**
 * Lets the base model answer: B(x | s, I*_K). `missing` says why there is no response. `isSkipped`: because of the query, such
 * as one that a content filter blocked. `isCutOff`: the response ends where the model's token limit was reached. `toolCalls`:
 * the tools that an agent called on the way.
 */
export type Respond = Node<
  { prompt: string; query: string; examples: readonly Example[] } & Pick<QueryDetails, 'context'>,
  { response: string; toolCalls?: ToolCall[]; missing?: string; isSkipped?: boolean; isCutOff?: true }
>;

/** Scores a response on the chosen rewards, 1 to 5 each, with remarks. `missing` says why there is no evaluation, which is then `{}`. */
export type Judge = Node<
  {
    query: string;
    response: string;
    /** The tools that an agent called before it answered. */
    toolCalls?: readonly ToolCall[] | undefined;
    rewards: readonly Reward[];
    reasoning: string;
    stage: Stage;
  } & QueryDetails,
  { evaluation: Evaluation; missing?: string }
>;

/** Adds remarks to scores that have none, before the prompt is rewritten. `missing` says why there are still none. */
export type ExplainScores = Node<
  Parameters<Judge>[0] & { evaluation: Evaluation },
  { evaluation: Evaluation; missing?: string }
>;

/** T(s, a): rewrites the system prompt after one evaluation, into at most `actions` new ones. */
export type RewriteSystemPrompt = Node<
  {
    prompt: string;
    history: readonly string[];
    /** Earlier edits of this path that scored worse than the prompt they changed, oldest first. */
    failedEdits?: readonly string[];
    /** Fingerprints of the prompts elsewhere in the tree. */
    knownPrompts?: readonly string[];
    query: string;
    response: string;
    evaluation: Evaluation;
    actions: number;
  },
  { prompts: string[]; rejected: RejectedRewrite[] }
>;

/** A rewrite that a guard rejected, and the reason. */
export interface RejectedRewrite {
  prompt: string;
  reason: string;
  /** The new line that it was rejected for, if one line is to blame; of a long line the beginning. */
  line?: string;
}

/** Rewrites the response of an in-context example after one evaluation. Null if that failed. */
export type RewriteExample = Node<
  { query: string; response: string; evaluation: Evaluation },
  { response: string | null; missing?: string }
>;

/** The steps of DRPO, each swappable: `{ ...paperNodes(models), judge: mine }`. */
export interface Nodes {
  sampleQueries: SampleQueries;
  retrieveExamples: RetrieveExamples;
  selectRewards: SelectRewards;
  respond: Respond;
  judge: Judge;
  /** Judges the fresh queries of the final's proof alone. Left out: `judge` does. */
  proofJudge?: Judge;
  /** Explains the scores of a response before its prompt is rewritten. Left out: the judge has explained them. */
  explainScores?: ExplainScores;
  rewriteSystemPrompt: RewriteSystemPrompt;
  rewriteExample: RewriteExample;
}

/** The steps of Algorithm 2, the search for a system prompt. */
export type SearchNodes = Omit<Nodes, 'rewriteExample'>;
