import type { BaseCheckpointSaver } from '@langchain/langgraph';
import type { RejectedRewrite } from '../nodes/node.ts';
import type { PathAggregation, Candidate, Hypothesis } from '../state/hypothesis.ts';
import { depthReached, queriesExhausted, type StopCriterion } from './stopCriteria.ts';

/** The comparison on held-out queries that ends a search. */
export interface FinalOptions {
  /** Prompts compared besides the first one, 2 or more. */
  candidates: number;
  /** Held-out queries that choose the winner, 2 or more. */
  selectionQueries: number;
  /** Fresh queries, 2 or more, that prove the winner better than the first prompt. */
  proof: { maxQueries: number };
}

/** The final of the default preset. */
export const DEFAULT_FINAL: FinalOptions = { candidates: 6, selectionQueries: 6, proof: { maxQueries: 6 } };

/** Prompts of a whole search as the paper has it, about. */
export const KNOWN_PROMPTS_LIMIT = 160;

/** Options of the system-prompt search; the paper's values are the defaults. */
export interface SearchOptions {
  initialPrompt?: string;
  /** W: hypotheses kept a level, 1 or more. */
  beamWidth?: number;
  /** M: rewrites of each kept hypothesis, 1 or more. */
  actions?: number;
  /**
   * Rewrites of what else of a beam is rewritten, below the best of it: 1 to M. The paper has M; where there is a final it
   * is half of that, which pays for a part of the final without making the search less deep.
   */
  runnerUpActions?: number;
  /** D: states on a path at most, 1 or more … */
  depth?: number;
  /** … and how many more at most, one a level that keeps a prompt. */
  maxDepthIncrease?: number;
  /** A reward strictly above this, 1 to 5, keeps the prompt instead of rewriting it. */
  keepPromptAbove?: number;
  /** Former prompts shown to the optimizer, the current one included. */
  historyLength?: number;
  /** Edits that did worse than what was kept, of the path's surroundings, shown to the optimizer at most; 0 shows none. */
  failedEditsShown?: number;
  /** Prompts of the tree that the optimizer's rewrites are held against by their sketches (state/promptFingerprint.ts) at most; 0 for none. */
  knownPromptsLimit?: number;
  /** Points of 5 below which a candidate's Safety, where it is judged, keeps it out of the beam and from winning; null has no floor. */
  safetyFloor?: number | null;
  /** Whether each prompt stands once in that history, however long it was kept. */
  distinctHistory?: boolean;
  /** What a failed judgement counts as: nothing, or 0 as in the reference. */
  missingJudgementScore?: 0 | null;
  /** The share of missing judgements, 0 to 1, beyond which the search gives up (from ten judgements on); 1 never does. */
  maxMissingShare?: number;
  aggregate?: PathAggregation;
  /** By what a level is ranked: what all rewards of the tree let one think of each prompt (graphs/beam/qualityEstimate.ts), or its path's value, as in the paper. */
  rankBy?: 'estimate' | 'value';
  /**
   * Levels after which a query on which all of a beam had something to mend is asked again, 2 or more, so that fewer levels are
   * spent on queries that tell nothing; null: no query twice, as in the paper.
   */
  revisitAfter?: number | null;
  /** Queries whose rewards are selected ahead, 0 to 5. */
  rewardLookahead?: number;
  /** The first criterion that names a reason ends the search. */
  stop?: readonly StopCriterion[];
  /** The comparison before a prompt is returned; its calls come out of the search's share. Null: the last prompt of the best path. */
  final?: FinalOptions | null;
  /** Told of each judged hypothesis, once it is judged and before its level is checkpointed; idempotent by id. */
  journal?: (node: Hypothesis) => void;
  /** Told of the rewrites that were not taken, and why. */
  onRefused?: (refused: readonly (RejectedRewrite & { parent: string; sample: number })[]) => void;
  /**
   * What a person makes of a level once it is judged and before it is ranked: candidates edited, scored by hand, or left
   * out; one stays at least. It may call LangGraph's `interrupt`, and is then asked again when the run is resumed.
   */
  approve?: (level: readonly Candidate[]) => readonly Candidate[];
  checkpointer?: BaseCheckpointSaver | boolean;
}

type SearchHooks = 'checkpointer' | 'journal' | 'onRefused' | 'approve';
export type ResolvedSearchOptions = Required<Omit<SearchOptions, SearchHooks>> & Pick<SearchOptions, SearchHooks>;

/** The options with the paper's values filled in. A beam of one is valued by its last reward, as in the reference. */
export function resolveSearchOptions(options: SearchOptions): ResolvedSearchOptions {
  const beamWidth = options.beamWidth ?? 2;
  const search: Omit<ResolvedSearchOptions, 'runnerUpActions'> = {
    initialPrompt: 'You are a helpful assistant.',
    actions: 3,
    depth: 20,
    maxDepthIncrease: 10,
    keepPromptAbove: 4.5,
    historyLength: 5,
    failedEditsShown: 4,
    knownPromptsLimit: KNOWN_PROMPTS_LIMIT,
    safetyFloor: 3,
    distinctHistory: true,
    missingJudgementScore: null,
    maxMissingShare: 0.5,
    aggregate: beamWidth > 1 ? 'mean' : 'last',
    rankBy: 'estimate',
    revisitAfter: 3,
    rewardLookahead: 5,
    stop: [depthReached, queriesExhausted],
    final: DEFAULT_FINAL,
    ...options,
    beamWidth,
  };
  const final = search.final && shrinkOrDropFinal(search.final, search);
  const runnerUpActions = options.runnerUpActions ?? (final ? halveRewrites(search.actions) : search.actions);
  return { ...search, final, runnerUpActions: Math.min(search.actions, runnerUpActions) };
}

/** Rewrites of the beam's others where there is a final. */
const halveRewrites = (actions: number): number => Math.ceil(actions / 2);

/** What the reference preset sets apart from the defaults (docs/algorithm.md#what-the-reference-does). As it has no final, all of the beam are rewritten M times. */
export const REFERENCE_SEARCH = {
  distinctHistory: false,
  failedEditsShown: 0,
  knownPromptsLimit: 0,
  safetyFloor: null,
  missingJudgementScore: 0,
  rankBy: 'value',
  revisitAfter: null,
  maxMissingShare: 1,
  final: null,
} as const satisfies SearchOptions;

/** Supersteps a search can take: never hit, so that LangGraph's own limit does not end a run. */
export const computeRecursionLimit = ({
  depth,
  maxDepthIncrease,
}: Pick<ResolvedSearchOptions, 'depth' | 'maxDepthIncrease'>): number => 20 + 4 * (depth + maxDepthIncrease);

/** Evaluations of a search in which nothing is skipped: the root, its M children, then W·M a level (docs/algorithm.md#depth-and-calls). */
const countSearchEvaluations = ({
  depth,
  beamWidth,
  actions,
}: Pick<ResolvedSearchOptions, 'depth' | 'beamWidth' | 'actions'>): number =>
  depth < 2 ? 1 : 1 + actions + (depth - 2) * Math.min(beamWidth, actions) * actions;

/** Counts the rounds of a final in which the entrants are halved. Each round has its share of the selection queries. */
export const countRounds = (entrants: number, queries: number): number =>
  Math.max(1, Math.min(queries, Math.ceil(Math.log2(Math.max(2, entrants - 1)))));

/** Evaluations of a final: each round's queries by those still in and the first prompt, then the proof by two. */
export function countFinalEvaluations({ candidates, selectionQueries, proof }: FinalOptions): number {
  const all = countRounds(candidates + 1, selectionQueries);
  let sum = 2 * proof.maxQueries;
  for (let round = 0, alive = candidates; round < all; round++, alive = Math.ceil(alive / 2))
    sum += (alive + 1) * Math.ceil(selectionQueries / all);
  return sum;
}

/** The final takes at most this share of a search's evaluations. */
const MAX_FINAL_SHARE = 0.4;

/** The final as it fits a search of so many evaluations: smaller in a smaller search, by two queries or more. */
export function shrinkFinal(final: FinalOptions, all: number): FinalOptions {
  let fit = final;
  while (countFinalEvaluations(fit) > MAX_FINAL_SHARE * all && fit.selectionQueries > 2)
    fit = {
      candidates: Math.max(2, fit.candidates - 1),
      selectionQueries: fit.selectionQueries - 1,
      proof: { maxQueries: Math.max(2, fit.proof.maxQueries - 1) },
    };
  return fit;
}

/** The final as it fits a search that rewrites on every level; null where that is too small for one. */
function shrinkOrDropFinal(
  final: FinalOptions,
  search: Parameters<typeof countSearchEvaluations>[0],
): FinalOptions | null {
  const fit = shrinkFinal(final, countSearchEvaluations(search));
  return countFinalEvaluations(fit) > MAX_FINAL_SHARE * countSearchEvaluations(search) ? null : fit;
}
