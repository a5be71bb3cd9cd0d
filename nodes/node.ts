import type { RunnableConfig } from '@langchain/core/runnables';
import type { Stage } from '../prompts/judge.ts';
import type { Example, QueryInput, Query } from '../state/example.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { Reward } from '../state/reward.ts';

/** A step of the paper: reads a few fields, writes a few fields, handles one item. */
export type Node<Reads, Writes> = (reads: Reads, config?: RunnableConfig) => Promise<Writes>;

/** Orders the training queries X: seeded shuffle over the sources, or as given. */
export type SampleQueries = Node<{ queries: readonly QueryInput[] }, { queries: Query[] }>;

/** Finds I*_K: for each query the indices of the K most similar examples, most similar first. */
export type RetrieveExamples = Node<
  { queries: readonly string[]; examples: readonly Example[] },
  { exampleIndices: number[][] }
>;

/** Chooses ℝ_q, the rewards that matter for a query. `missing`: why a fixed set had to do. */
export type SelectRewards = Node<
  { query: string; stage: Stage },
  { rewards: Reward[]; reasoning: string; missing?: string }
>;

/** Has the base model answer: B(x | s, I*_K). `missing`: why there is no response. */
export type Respond = Node<
  { prompt: string; query: string; examples: readonly Example[] },
  { response: string; missing?: string }
>;

/** Scores a response on the chosen rewards, 1 to 5 each, with remarks. `missing`: why there is no evaluation (then `{}`). */
export type Judge = Node<
  { query: string; response: string; rewards: readonly Reward[]; reasoning: string; stage: Stage },
  { evaluation: Evaluation; missing?: string }
>;

/** T(s, a): rewrites the system prompt in the light of one evaluation, into at most `actions` new ones. */
export type RewriteSystemPrompt = Node<
  {
    prompt: string;
    history: readonly string[];
    /** Edits tried nearby that did worse than what was kept, oldest first. */
    failedEdits?: readonly string[];
    /** Sketches (state/promptFingerprint.ts) of the prompts tried elsewhere in the tree. */
    knownPrompts?: readonly string[];
    query: string;
    response: string;
    evaluation: Evaluation;
    actions: number;
  },
  { prompts: string[]; refused: RejectedRewrite[] }
>;

/** A rewrite that was not taken, and why. */
export interface RejectedRewrite {
  prompt: string;
  reason: string;
}

/** Rewrites the response of an in-context example in the light of one evaluation; null where that failed. */
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
  rewriteSystemPrompt: RewriteSystemPrompt;
  rewriteExample: RewriteExample;
}

/** The steps of Algorithm 2, the search for a system prompt. */
export type SearchNodes = Omit<Nodes, 'rewriteExample'>;
