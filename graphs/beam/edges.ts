import { Send } from '@langchain/langgraph';
import type { SearchState } from '../../state/channels.ts';
import { asQuery, type Example, type GivenQuery } from '../../state/example.ts';
import { rootDraft, type Candidate } from '../../state/hypothesis.ts';
import { keptDraft, rewritesWanted } from './children.ts';
import { FIRST } from './qualityEstimate.ts';
import { upcoming, type Course } from './querySchedule.ts';
import { asked, type QueryAt } from '../evaluateCandidate.ts';
import { finalists } from '../final/finalists.ts';
import { heldOut, reserved } from '../final/heldOutQueries.ts';
import type { FinalOptions, Search } from '../searchOptions.ts';
import { callsOfLevel, finalFor, finalIsDue, levelsLeft, type Spent } from './callBudget.ts';
import type { SearchView } from '../stopCriteria.ts';

type State = typeof SearchState.State;

/** Where the search begins: the first prompt on the first query, and the rewards of the queries after it. */
export const begin = (state: State, options: Search): Send[] => [
  new Send('respondAndJudge', asked(rootDraft(options.initialPrompt, queryAt(state, 0)), onQuery(state, 0))),
  ...selectAhead(state, 0, options),
];

/** Where it goes from a level: the beam's best are expanded, or a criterion ends the search. */
export const pruneOrStop = (state: State, options: Search): Send[] | 'conclude' =>
  stopReason(state, options) === null
    ? pruneBeam(state, options)
    : (enterFinal(state, options, finalFor(spentBy(state), options)) ?? 'conclude');

/** The beam: the W best of the level go on to the next query, rewritten where there is something to mend; the rest is pruned. */
function pruneBeam(state: State, options: Search): Send[] {
  const [index = 0] = comingQueries(state, options, 1);
  const next = onQuery(state, index);
  const beam = state.candidates.slice(0, options.beamWidth);
  const wanted = rewritesWanted(beam, options);
  const goOn = (parent: Candidate, rank: number): Send => {
    const actions = wanted[rank] ?? 0;
    return actions > 0
      ? new Send('rewriteAndJudge', { parent, rank, actions, ...next })
      : new Send('respondAndJudge', asked(keptDraft(parent, next.query, rank * options.actions, options), next));
  };
  return [...beam.map(goOn), ...selectAhead(state, levelOf(state) + 1, options)];
}

/** The query after the next level's, on which that level's survivors will be judged; null where the search will not get there. */
export function queryAfterNext(state: State, options: Search): QueryAt | null {
  const [, index] = comingQueries(state, options, 2);
  return index === undefined || levelOf(state) + 2 >= state.maxDepth ? null : onQuery(state, index);
}

/** Rewards of the queries that come after a level's, at most `lookAhead` levels further and as far as it is known what comes. */
function selectAhead(state: State, level: number, options: Search): Send[] {
  const chosen = new Set(state.choices.map((c) => c.index));
  const now = levelOf(state);
  const expected = now + Math.ceil(levelsLeft(spentBy(state), options));
  const known = now + (options.revisitAfter ?? Infinity);
  const end = Math.min(level + options.lookAhead, known, state.maxDepth - 1, expected);
  return upcoming(state.agenda, level - 1, Math.max(0, end - level + 1), courseOf(state, options))
    .slice(1)
    .filter((index) => !chosen.has(index))
    .map((index) => new Send('selectRewards', { index, query: queryAt(state, index) }));
}

/** The places of the queries of the next levels. */
const comingQueries = (state: State, options: Search, count: number): number[] =>
  upcoming(state.agenda, levelOf(state), count, courseOf(state, options));

/** How queries follow each other in a run. */
export const courseOf = ({ queries }: Pick<State, 'queries'>, options: Search): Course => ({
  revisitAfter: options.revisitAfter,
  queries: forSearch(queries.length, options),
});

/** The first criterion that names a reason to stop, or that what is left is the final's; null to go on. */
export function stopReason(state: State, options: Search): string | null {
  const { stop, beamWidth } = options;
  const view: SearchView = {
    level: levelOf(state),
    maxDepth: state.maxDepth,
    queries: forSearch(state.queries.length, options),
    nextQuery: comingQueries(state, options, 1)[0] ?? null,
    beam: state.candidates.slice(0, beamWidth),
    levelsKept: state.levelsKept,
  };
  return (
    stop.reduce<string | null>((reason, criterion) => reason ?? criterion(view), null) ?? dueReason(state, options)
  );
}

/** Where the first prompt has a rival and the final's share is all that is left, the final. */
function dueReason(state: State, options: Search): string | null {
  const wanted = rewritesWanted(state.candidates.slice(0, options.beamWidth), options);
  const judgements = wanted.reduce((n, actions) => n + Math.max(1, actions), 0);
  const rewrites = wanted.filter((actions) => actions > 0).length;
  const [query] = comingQueries(state, options, 1);
  const rivals = state.pool.some((f) => f.prompt !== options.initialPrompt);
  const next = callsOfLevel(rewrites, judgements, query === state.agenda.asked);
  return rivals && finalIsDue(spentBy(state), next, options) ? 'final' : null;
}

const spentBy = (state: State): Spent => ({
  level: levelOf(state),
  calls: state.spent.calls,
  paper: state.spent.paper,
  queries: state.queries.length,
});

/** What the final takes of a search: its data, the prompts with the best evidence, and the last level, best first. */
export type Finishing = Pick<State, 'queries' | 'shots' | 'examples' | 'pool' | 'candidates'>;

/** Into the final go the best of the tree and the first prompt, where there is another prompt and a query was held out. */
export function enterFinal(state: Finishing, options: Search, final: FinalOptions | null): Send[] | null {
  const { initialPrompt } = options;
  const others = final
    ? finalists(state.pool, state.candidates.slice(0, options.beamWidth), initialPrompt, final.candidates)
    : [];
  const held = heldOutOf(state.queries, options).map((index) => ({
    index,
    query: queryAt(state, index),
    shots: shotsAt(state, index),
  }));
  if (!final || others.length === 0 || held.length === 0) return null;
  const choosing = held.slice(0, Math.min(final.queries, Math.max(1, held.length - 2)));
  const few =
    held.length < wantedBy(options)
      ? [`only ${held.length} queries were left to be held out, ${wantedBy(options)} were wanted`]
      : [];
  const first = { id: '0', prompt: initialPrompt, depth: 0, value: 0, quality: FIRST };
  const proving = held.slice(choosing.length, choosing.length + final.proof);
  return [
    new Send('compareOnHeldOut', {
      entrants: [first, ...others],
      alive: others.map((e) => e.id),
      choosing,
      proving,
      notes: few,
      round: 0,
    }),
  ];
}

/** States on a path at most: queries beyond them are never asked, but for those held out. */
export const longest = ({ depth, maxDepthIncrease }: Search): number => depth + maxDepthIncrease;

/** Queries the final wants: to choose its winner and to prove it. */
const wantedBy = ({ final }: Search): number => (final ? final.queries + final.proof : 0);

/** Queries that the search itself may use. */
export const forSearch = (queries: number, options: Search): number => queries - reserved(queries, wantedBy(options));

/** The places of the queries held out for the final. */
export const heldOutOf = (queries: readonly GivenQuery[], options: Search): number[] =>
  heldOut(queries.map(asQuery), Math.min(longest(options), forSearch(queries.length, options)), wantedBy(options));

/** 0 for the root's level. */
export const levelOf = (state: State): number => state.candidates[0]?.depth ?? 0;
/** A query with what is known of it. */
const onQuery = (state: State, index: number): QueryAt => ({
  index,
  query: queryAt(state, index),
  shots: shotsAt(state, index),
  choice: state.choices.find((c) => c.index === index) ?? null,
});
const shotsAt = (state: Pick<State, 'shots' | 'examples'>, index: number): Example[] =>
  (state.shots[index] ?? []).flatMap((i) => state.examples[i] ?? []);

function queryAt(state: Pick<State, 'queries'>, index: number): string {
  const query = state.queries[index];
  if (query === undefined) throw new Error('expected at least one query, got none: give `queries`');
  return asQuery(query).text;
}
