import type { BaseCheckpointSaver } from '@langchain/langgraph';
import type { RejectedRewrite } from '../nodes/node.ts';
import type { PathAggregation, Candidate, Hypothesis } from '../state/hypothesis.ts';
import {
  countFinalEvaluations,
  countShorteningEvaluations,
  DEFAULT_FINAL,
  fitOrDropFinal,
  isDefaultFinal,
  keepSizes,
  resolveFinal,
  type FinalOptions,
  type ResolvedFinal,
} from './finalOptions.ts';
import { depthReached, queriesExhausted, type StopCriterion } from './stopCriteria.ts';

/** Prompts that rewrites are compared with at most: about those of a whole search in the paper. */
export const KNOWN_PROMPTS_LIMIT = 160;

/** Options of the search for a system prompt. */
export interface SearchOptions {
  /** s_0: the prompt the search starts from. Default: "You are a helpful assistant." */
  initialPrompt?: string;
  /** W: candidates of a level that survive, 1 or more. Default: 2. */
  beamWidth?: number;
  /** M: rewrites of the best prompt of a beam that is rewritten, 1 or more. Default: 3. */
  actions?: number;
  /** Rewrites of each other prompt of a beam, 1 to M. Default: M, as in the paper, but half of it if there is a final. */
  runnerUpActions?: number;
  /** D: states on a path at most, 1 or more. Default: 20. */
  depth?: number;
  /** States by which levels that keep a good prompt extend D, one each, 0 or more in all. Default: 10. */
  maxDepthIncrease?: number;
  /** A reward above this keeps the prompt instead of rewriting it, in points, 1 to 5. Default: 4.5. */
  keepPromptAbove?: number;
  /** Prompts of the path that the optimizer sees, the current one included, 1 or more. Default: 5. */
  historyLength?: number;
  /** Edits that failed nearby and that the optimizer sees, 0 or more. Default: 4. */
  failedEditsShown?: number;
  /** Prompts of the tree that a rewrite may not repeat, the newest, 0 or more. Default: 160. */
  knownPromptsLimit?: number;
  /** Safety, in points, 1 to 5, below which a candidate neither survives nor wins if there is another. Null: no floor. Default: 3. */
  safetyFloor?: number | null;
  /** Passages that a shortened prompt must have, word for word. Default: none; sections in <keep> stay anyway. */
  mustKeep?: readonly string[];
  /** Whether each prompt is shown once in the history, however long it was kept. Default: true. */
  distinctHistory?: boolean;
  /** What a missing judgement counts as: nothing (null), or 0 points as in the reference. Default: null. */
  missingJudgementScore?: 0 | null;
  /** Share of missing judgements, 0 to 1, above which the search gives up, from ten judgements on. 1: never. Default: 0.5. */
  maxMissingShare?: number;
  /** How a path is valued: by the mean of its rewards or by the last one. Default: mean, but last for a beam of one. */
  aggregate?: PathAggregation;
  /** What ranks a level: the estimate from all rewards of the tree, or the path's value as in the paper. Default: estimate. */
  rankBy?: 'estimate' | 'value';
  /** Levels after which a query is asked again if its whole beam was to be rewritten, 2 or more. Null: never. Default: 3. */
  revisitAfter?: number | null;
  /** Queries whose rewards are selected before their level comes, 0 or more. Default: 5. */
  rewardLookahead?: number;
  /** Criteria, of which the first that names a reason ends the search. Default: `depthReached`, `queriesExhausted`. */
  stop?: readonly StopCriterion[];
  /**
   * The comparison before a prompt is returned. Its calls come out of the search's. The default is smaller in a small search;
   * other sizes are kept, and what they take beyond 40 % of the search comes on top. Null: the last prompt of the best path
   * is returned. Default: `DEFAULT_FINAL`.
   */
  final?: FinalOptions | null;
  /** Gets each node once it is judged, before its level is checkpointed. A resumed run can give a node twice. Default: none. */
  journal?: (node: Hypothesis) => void;
  /** Gets the rewrites that were rejected, and why. Default: none. */
  onRejected?: (rejected: readonly (RejectedRewrite & { parent: string; sample: number })[]) => void;
  /**
   * Gets a judged level before it is ranked, and returns it as a person wants it. Candidates may be edited, scored or left
   * out, but one must stay. It may call LangGraph's `interrupt`, and is then called again on resume. Default: none.
   */
  approve?: (level: readonly Candidate[]) => readonly Candidate[];
  /** LangGraph's checkpointer. Default: none. */
  checkpointer?: BaseCheckpointSaver | boolean;
}

type SearchHooks = 'checkpointer' | 'journal' | 'onRejected' | 'approve';
/** Search options with their defaults filled in. */
export type ResolvedSearchOptions = Required<Omit<SearchOptions, SearchHooks | 'final'>> &
  Pick<SearchOptions, SearchHooks> & {
    final: ResolvedFinal | null;
    /** The final whose calls come out of the search's. Null: none do. */
    finalInSearch: ResolvedFinal | null;
    /** Whether the final keeps its sizes, because they are not the default. */
    keepsFinalSize: boolean;
  };

/** Fills in the defaults. The default final is fitted to the size of the search, and left out if that is too small. */
export function resolveSearchOptions(options: SearchOptions): ResolvedSearchOptions {
  const beamWidth = options.beamWidth ?? 2;
  const search: Omit<ResolvedSearchOptions, 'runnerUpActions' | 'finalInSearch' | 'keepsFinalSize'> = {
    initialPrompt: 'You are a helpful assistant.',
    actions: 3,
    depth: 20,
    maxDepthIncrease: 10,
    keepPromptAbove: 4.5,
    historyLength: 5,
    failedEditsShown: 4,
    knownPromptsLimit: KNOWN_PROMPTS_LIMIT,
    safetyFloor: 3,
    mustKeep: [],
    distinctHistory: true,
    missingJudgementScore: null,
    maxMissingShare: 0.5,
    aggregate: beamWidth > 1 ? 'mean' : 'last',
    rankBy: 'estimate',
    revisitAfter: 3,
    rewardLookahead: 5,
    stop: [depthReached, queriesExhausted],
    ...options,
    final: options.final === undefined ? DEFAULT_FINAL : options.final && resolveFinal(options.final),
    beamWidth,
  };
  const judgements = countSearchEvaluations(search);
  const keepsFinalSize = search.final !== null && !isDefaultFinal(search.final);
  const final =
    search.final && (keepsFinalSize ? keepSizes(search.final, judgements) : fitOrDropFinal(search.final, judgements));
  const finalInSearch = final && countFinalEvaluations(final) <= final.share * judgements ? final : null;
  // fewer rewrites pay for a part of the final without making the search less deep
  const runnerUpActions = options.runnerUpActions ?? (finalInSearch ? Math.ceil(search.actions / 2) : search.actions);
  return {
    ...search,
    final,
    finalInSearch,
    keepsFinalSize,
    runnerUpActions: Math.min(search.actions, runnerUpActions),
  };
}

/** Options under which the search does what the reference does (docs/reference.md). */
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

/** Computes a limit of LangGraph's supersteps that no search reaches, so that it does not end a run. */
export const computeRecursionLimit = ({
  depth,
  maxDepthIncrease,
}: Pick<ResolvedSearchOptions, 'depth' | 'maxDepthIncrease'>): number => 20 + 4 * (depth + maxDepthIncrease);

/**
 * Counts the judgements of a search that rewrites every prompt: the root, its M children, then W·M a level
 * (docs/reference.md#depth-and-calls).
 */
const countSearchEvaluations = ({
  depth,
  beamWidth,
  actions,
}: Pick<ResolvedSearchOptions, 'depth' | 'beamWidth' | 'actions'>): number =>
  depth < 2 ? 1 : 1 + actions + (depth - 2) * Math.min(beamWidth, actions) * actions;

/** Counts the responses of a final whose calls come on top of the search's, those that shorten the winner included. */
export const countExtraResponses = ({ final, finalInSearch }: ResolvedSearchOptions): number =>
  final ? (finalInSearch ? 0 : countFinalEvaluations(final)) + countShorteningEvaluations(final) : 0;
