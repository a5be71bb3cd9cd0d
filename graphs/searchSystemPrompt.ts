import { END, Send, START, StateGraph } from '@langchain/langgraph';
import type { Nodes } from '../nodes/node.ts';
import { SearchInput, SearchOutput, SearchState } from '../state/channels.ts';
import { asQuery, type Example, type GivenQuery } from '../state/example.ts';
import { SearchFailed } from '../state/failure.ts';
import { rootDraft, type Candidate } from '../state/hypothesis.ts';
import type { RewardChoice } from '../state/reward.ts';
import { keepReason, keptDraft, ranked } from './beam.ts';
import { asked, choose, evaluateCandidate } from './evaluate.ts';
import { expandHypothesis } from './expand.ts';
import { compareOnHeldOut } from './compareOnHeldOut.ts';
import { finalists, entered } from './finalists.ts';
import { heldOut, reserved } from './heldOut.ts';
import { recursionLimit, searchOptions, type Search, type SearchOptions } from './options.ts';
import type { SearchView } from './stop.ts';

type State = typeof SearchState.State;

/** Algorithm 2 as a graph of its own. */
export const searchSystemPrompt = (nodes: Omit<Nodes, 'rewriteExample'>, given: SearchOptions = {}) =>
  searchGraph(nodes, given).withConfig({ recursionLimit: recursionLimit(searchOptions(given)) });

/** Algorithm 2: a beam search over system prompts, guided by rewards chosen for each query. */
export function searchGraph(nodes: Omit<Nodes, 'rewriteExample'>, given: SearchOptions = {}) {
  const options = searchOptions(given);
  return (
    new StateGraph({ state: SearchState, input: SearchInput, output: SearchOutput })
      // X: the training queries, in their order
      .addNode('sampleQueries', nodes.sampleQueries)
      // I*_K: for each query the K most similar examples
      .addNode('retrieveExamples', async ({ queries, examples }, config) => {
        const texts = queries.map((q) => asQuery(q).text);
        const wanted = new Set([...texts.keys()].slice(0, longest(options)).concat(heldOutOf(queries, options)));
        const { shots } = await nodes.retrieveExamples(
          { queries: texts.filter((_, i) => wanted.has(i)), examples },
          config,
        );
        const found = shots.values();
        return { shots: texts.map((_, i) => (wanted.has(i) ? (found.next().value ?? []) : [])) };
      })
      // ℝ_x: which rewards matter for a query, asked ahead of its level
      .addNode('selectRewards', async ({ index, query }: { index: number; query: string }, config) => ({
        choices: [await choose(nodes, index, query, config)],
      }))
      // r = R(B(x | s, I*_K) | ℝ_x): the first prompt on the first query, and a prompt kept as it is on the next one
      .addNode('respondAndJudge', evaluateCandidate(nodes, options))
      // s' = T(s, a): a hypothesis of the beam, rewritten and its children judged on the next query
      .addNode('expand', expandHypothesis(nodes, options))
      // the level's hypotheses in order, and the best so far
      .addNode('rankLevel', (state) => rankLevel(state, options))
      // the best prompts of the tree and the first one, on queries the search has not seen
      .addNode('compareOnHeldOut', compareOnHeldOut(nodes))
      // the winner of the final, else the last prompt of the best path
      .addNode('conclude', (state) => ({ stoppedBy: stopReason(state, options) ?? 'stopped', ...winner(state) }))
      .addEdge(START, 'sampleQueries')
      .addEdge('sampleQueries', 'retrieveExamples')
      .addConditionalEdges(
        'retrieveExamples',
        (state) => [evaluateRoot(state, options), ...selectAhead(state, 1, options)],
        ['respondAndJudge', 'selectRewards'],
      )
      .addEdge('respondAndJudge', 'rankLevel')
      .addEdge('expand', 'rankLevel')
      .addConditionalEdges(
        'rankLevel',
        (state) =>
          stopReason(state, options) ? (enterFinal(state, options) ?? 'conclude') : pruneBeam(state, options),
        ['expand', 'respondAndJudge', 'selectRewards', 'compareOnHeldOut', 'conclude'],
      )
      .addEdge('compareOnHeldOut', 'conclude')
      .addEdge('conclude', END)
      .compile({
        name: 'searchSystemPrompt',
        ...(options.checkpointer !== undefined && { checkpointer: options.checkpointer }),
      })
  );
}

/** States on a path at most: queries beyond them are never asked, but for those held out. */
const longest = ({ depth, maxDepthIncrease }: Search): number => depth + maxDepthIncrease;

/** Queries the final wants: to choose its winner and to prove it. */
const wantedBy = ({ final }: Search): number => (final ? final.queries + final.proof : 0);

/** Queries that the search itself may use. */
const forSearch = (queries: number, options: Search): number => queries - reserved(queries, wantedBy(options));

const heldOutOf = (queries: readonly GivenQuery[], options: Search): number[] =>
  heldOut(queries.map(asQuery), Math.min(longest(options), forSearch(queries.length, options)), wantedBy(options));

/** Into the final go the best of the tree and the first prompt, where there is another prompt and a query was held out. */
function enterFinal(state: State, options: Search): Send[] | null {
  const { final, initialPrompt } = options;
  const others = final ? finalists(state.pool, state.candidates, initialPrompt, final.candidates) : [];
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
  const first = { id: '0', prompt: initialPrompt, depth: 0, value: 0, surplus: 0, count: 0 };
  const proving = held.slice(choosing.length);
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

/** What the final makes of the result. */
function winner({ final, pool, candidates }: State): Partial<State> {
  const won = final?.candidates.find((c) => c.id === final.winner);
  if (!won) return {};
  const value = [...candidates, ...pool].find((c) => c.id === won.id)?.value ?? 0;
  return { bestPrompt: won.prompt, bestId: won.id, value };
}

const evaluateRoot = (state: State, { initialPrompt }: Search): Send =>
  new Send('respondAndJudge', asked(rootDraft(initialPrompt, queryAt(state, 0)), shotsAt(state, 0), null));

/** The beam: the W best of the level go on to the next query, rewritten where there is something to mend; the rest is pruned. */
function pruneBeam(state: State, options: Search): Send[] {
  const next = levelOf(state) + 1;
  const [query, shots, choice] = [queryAt(state, next), shotsAt(state, next), choiceAt(state, next)];
  const goOn = (parent: Candidate, rank: number): Send =>
    keepReason(parent, options)
      ? new Send('respondAndJudge', asked(keptDraft(parent, query, rank * options.actions, options), shots, choice))
      : new Send('expand', { parent, rank, query, shots, choice });
  return [...state.candidates.slice(0, options.beamWidth).map(goOn), ...selectAhead(state, next + 1, options)];
}

/** Rewards of the queries coming up, at most `lookAhead` further than the search has got. */
function selectAhead(state: State, from: number, options: Search): Send[] {
  const { lookAhead, depth } = options;
  const known = new Set((state.choices ?? []).map((c) => c.index));
  const end = Math.min(
    from - 1 + lookAhead,
    (state.maxDepth ?? depth) - 1,
    forSearch(state.queries.length, options) - 1,
  );
  const wanted = Array.from({ length: Math.max(0, end - from + 1) }, (_, i) => from + i);
  return wanted
    .filter((i) => !known.has(i))
    .map((index) => new Send('selectRewards', { index, query: queryAt(state, index) }));
}

/** Judgements from which the share that is missing tells something. */
const JUDGED_AT_LEAST = 10;
const isUnread = (c: Candidate): boolean => Object.keys(c.evaluation).length === 0;

function rankLevel(state: State, options: Search): Partial<State> {
  const level = levelOf(state);
  const candidates = ranked(state.candidates, options.aggregate).map((c, place) => ({ ...c, place }));
  const [first] = candidates;
  if (!first) throw new Error(`level ${level} has no candidates`);
  const judged = {
    all: (state.judged?.all ?? 0) + candidates.length,
    missing: (state.judged?.missing ?? 0) + candidates.filter(isUnread).length,
  };
  if (judged.all >= JUDGED_AT_LEAST && judged.missing > judged.all * options.missingShare)
    throw new SearchFailed(
      `${judged.missing} of ${judged.all} judgements could not be had, the last because: ${candidates.find(isUnread)?.missing}; mend the judge, or raise search.missingShare`,
    );
  const before = state.maxDepth ?? options.depth;
  const raised = candidates.some((c) => c.lineage.skipped) && before < options.depth + options.maxDepthIncrease;
  const rose = first.value !== null && level > 0 && first.value > (state.best?.value ?? -1);
  return {
    candidates,
    judged,
    pool: options.final ? entered(state.pool ?? [], candidates) : [],
    maxDepth: raised ? before + 1 : before,
    best: rose
      ? { value: first.value, since: 0 }
      : { value: state.best?.value ?? null, since: level === 0 ? 0 : (state.best?.since ?? 0) + 1 },
    bestPrompt: first.prompt,
    bestId: first.id,
    value: first.value,
    beam: candidates.slice(0, options.beamWidth).map((c) => c.id),
    levels: level,
  };
}

function stopReason(state: State, options: Search): string | null {
  const { stop, beamWidth } = options;
  const view: SearchView = {
    level: levelOf(state),
    maxDepth: state.maxDepth,
    queries: forSearch(state.queries.length, options),
    beam: state.candidates.slice(0, beamWidth),
    levelsWithoutGain: state.best.since,
  };
  return stop.reduce<string | null>((reason, criterion) => reason ?? criterion(view), null);
}

const levelOf = (state: State): number => state.candidates[0]?.depth ?? 0;
const choiceAt = (state: State, index: number): RewardChoice | null =>
  state.choices.find((c) => c.index === index) ?? null;
const shotsAt = (state: State, index: number): Example[] =>
  (state.shots[index] ?? []).flatMap((i) => state.examples[i] ?? []);

function queryAt(state: State, index: number): string {
  const query = state.queries[index];
  if (query === undefined) throw new Error('expected at least one query, got none: give `queries`');
  return asQuery(query).text;
}
