import { Overwrite, ReducedValue, StateSchema } from '@langchain/langgraph';
import { z } from 'zod';
import { EMPTY_QUEUE, QueryQueue } from './queryQueue.ts';
import { Attempt, Example, QueryInput } from './example.ts';
import { FinalOutcome, FinalScore, Finalist, HeldOutQuery, CutProgress } from './final.ts';
import { Candidate } from './hypothesis.ts';
import { LevelSpread } from './levelSpread.ts';
import { RewardSelection } from './reward.ts';

const mergeNewestLevel = (a: Candidate[], b: Candidate[]): Candidate[] => {
  const depth = Math.max(...[...a, ...b].map((c) => c.depth));
  const byId = new Map([...a, ...b].filter((c) => c.depth === depth).map((c) => [c.id, c]));
  return [...byId.values()].toSorted((x, y) => x.index - y.index);
};

const mergeByIndex = (a: RewardSelection[], b: RewardSelection[]): RewardSelection[] =>
  [...new Map([...a, ...b].map((c) => [c.index, c])).values()].toSorted((x, y) => x.index - y.index);

/** The judged candidates of the newest level, by index: it does not matter who finishes first. */
const candidates = new ReducedValue(
  z.array(Candidate).default(() => []),
  {
    inputSchema: z.array(Candidate),
    reducer: mergeNewestLevel,
  },
);

/** The selected rewards of the level at hand and of upcoming queries. */
const selectedRewards = new ReducedValue(
  z.array(RewardSelection).default(() => []),
  {
    inputSchema: z.array(RewardSelection),
    reducer: mergeByIndex,
  },
);

/** The input of a run: training queries X and in-context examples I*. */
export const inputFields = {
  queries: z.array(QueryInput).min(1),
  examples: z.array(Example).default(() => []),
};

/** What a search returns: the prompt, the value of its path (mean reward without the root's), the ids of the last beam, what stopped it. */
export const outputFields = {
  beam: z.array(z.string()),
  bestPrompt: z.string(),
  bestId: z.string(),
  value: z.number().nullable(),
  stoppedBy: z.string(),
  levels: z.number().int(),
  /** The comparison on held-out queries. Null: there was none. */
  final: FinalOutcome.nullable(),
};

/** A search that has made no call yet. */
const INITIAL_PROGRESS = { calls: 0, paper: { levels: 0, judgements: 0, depthIncreases: 0 } };

/** What the search for a system prompt knows: the frontier and what the next level needs. */
export const SearchState = new StateSchema({
  ...inputFields,
  ...outputFields,
  /** For each query the indices of its K examples; empty if the search cannot reach the query. */
  exampleIndices: z.array(z.array(z.number().int())),
  selectedRewards,
  candidates,
  /** States on a path at most. A level that kept a good prompt adds one. */
  maxDepth: z.number().int(),
  /** Which queries are still to be asked. */
  queryQueue: QueryQueue,
  /** Candidates so far, and those whose judgement is missing. */
  judgementCounts: z.object({ all: z.number().int(), missing: z.number().int() }),
  /** Calls so far, and what the paper's search would have taken (graphs/beam/callBudget.ts). */
  progress: z.object({
    calls: z.number().int(),
    paper: z.object({ levels: z.number().int(), judgements: z.number().int(), depthIncreases: z.number().int() }),
  }),
  /** Prompts that may enter the final. */
  finalistPool: z.array(Finalist),
  /** Levels in a row in which every prompt was kept, for the patience criterion. */
  levelsKept: z.number().int(),
  /** What the newest levels show of the next one's gain. A checkpoint of an older version has none. */
  levelSpreads: z.array(LevelSpread).default(() => []),
});

/** What a search knows before its first level. A thread that is used again starts from here. */
export const createInitialState = (depth: number): Partial<typeof SearchState.State> => ({
  candidates: toOverwrite([]),
  selectedRewards: toOverwrite([]),
  maxDepth: depth,
  queryQueue: EMPTY_QUEUE,
  judgementCounts: { all: 0, missing: 0 },
  progress: INITIAL_PROGRESS,
  levelsKept: 0,
  levelSpreads: [],
  finalistPool: [],
  final: null,
});

/** Replaces what a reduced field holds. Without it, a value is merged into the field. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- LangGraph takes an Overwrite for any reduced field
export const toOverwrite = <T>(value: T[]): T[] => new Overwrite<T[]>(value) as unknown as T[];

export const SearchInput = new StateSchema(inputFields);
export const SearchOutput = new StateSchema({ ...outputFields, examples: inputFields.examples });

const scores = new ReducedValue(
  z.array(FinalScore).default(() => []),
  {
    inputSchema: z.array(FinalScore),
    reducer: (a, b) => [...new Map([...a, ...b].map((s) => [`${s.id}|${s.index}`, s])).values()],
  },
);
const heldOutRewards = new ReducedValue(
  z.array(RewardSelection).default(() => []),
  {
    inputSchema: z.array(RewardSelection),
    reducer: mergeByIndex,
  },
);

/** What the final knows. The first prompt leads the entrants. */
export const FinalState = new StateSchema({
  entrants: z.array(Finalist),
  /** The held-out queries that choose the challenger, and the fresh ones that prove it. */
  selectionQueries: z.array(HeldOutQuery),
  proofQueries: z.array(HeldOutQuery),
  notes: z.array(z.string()),
  remainingIds: z.array(z.string()),
  round: z.number().int(),
  selectedRewards: heldOutRewards,
  scores,
  final: outputFields.final,
  /** How far the winner has been shortened. Null: that has not begun. */
  shortening: CutProgress.nullable().default(null),
});
export const FinalOutput = new StateSchema({ final: outputFields.final });

/** Stage 1: an example that was rewritten on its own, and its index in the run's list. */
const RewrittenExample = Example.extend({ exampleIndex: z.number().int() });
const rewritten = new ReducedValue(
  z.array(RewrittenExample).default(() => []),
  {
    inputSchema: z.array(RewrittenExample),
    reducer: (a, b) =>
      [...new Map([...a, ...b].map((e) => [e.exampleIndex, e])).values()].toSorted(
        (x, y) => x.exampleIndex - y.exampleIndex,
      ),
  },
);
export const RewriteExamplesState = new StateSchema({ examples: inputFields.examples, rewritten });
export const RewriteExamplesInput = new StateSchema({ examples: inputFields.examples });
export const RewriteExampleState = new StateSchema({
  exampleIndex: z.number().int(),
  query: z.string(),
  rewardSelection: RewardSelection,
  /** The response at hand, the best so far, and the rewrites done. */
  current: Attempt,
  best: Attempt,
  round: z.number().int(),
  rewritten,
});
export const RewriteExamplesOutput = new StateSchema({ examples: inputFields.examples });
export const RewriteExampleOutput = new StateSchema({ rewritten });

/** What both stages together know: their input and output. */
export const DrpoState = new StateSchema({ ...inputFields, ...outputFields });
