import { END, Send, START, StateGraph } from '@langchain/langgraph';
import type { Nodes } from '../nodes/node.ts';
import { SearchInput, SearchOutput, SearchState } from '../state/channels.ts';
import { asQuery, type Example } from '../state/example.ts';
import { SearchFailed } from '../state/failure.ts';
import { rootDraft, type Candidate } from '../state/hypothesis.ts';
import type { RewardChoice } from '../state/reward.ts';
import { ranked } from './beam.ts';
import { choose, evaluateCandidate } from './evaluate.ts';
import { expandHypothesis } from './expand.ts';
import { recursionLimit, searchOptions, type Search, type SearchOptions } from './options.ts';
import type { SearchView } from './stop.ts';

type State = typeof SearchState.State;

/** Algorithm 2: a beam search over system prompts, guided by rewards chosen for each query. */
export function searchSystemPrompt(nodes: Omit<Nodes, 'rewriteExample'>, given: SearchOptions = {}) {
  const options = searchOptions(given);
  return (
    new StateGraph({ state: SearchState, input: SearchInput, output: SearchOutput })
      // X: the training queries, in their order
      .addNode('sampleQueries', nodes.sampleQueries)
      // I*_K: for each query the K most similar examples
      .addNode('retrieveExamples', ({ queries, examples }, config) =>
        nodes.retrieveExamples({ queries: reachable(queries.map((q) => asQuery(q).text), options), examples }, config),
      )
      // ℝ_x: which rewards matter for a query, asked ahead of its level
      .addNode('selectRewards', async ({ index, query }: { index: number; query: string }, config) => ({
        choices: [await choose(nodes, index, query, config)],
      }))
      // r = R(B(x | s_0, I*_K) | ℝ_x): the first prompt on the first query
      .addNode('evaluate', evaluateCandidate(nodes, options))
      // s' = T(s, a): a hypothesis of the beam, rewritten and its children judged on the next query
      .addNode('expand', expandHypothesis(nodes, options))
      // the level's hypotheses in order, and the best so far
      .addNode('rankLevel', (state) => rankLevel(state, options))
      // the last prompt of the best path
      .addNode('conclude', (state) => ({ stoppedBy: stopReason(state, options) ?? 'stopped' }))
      .addEdge(START, 'sampleQueries')
      .addEdge('sampleQueries', 'retrieveExamples')
      .addConditionalEdges('retrieveExamples', (state) => [evaluateRoot(state, options), ...selectAhead(state, 1, options)], [
        'evaluate',
        'selectRewards',
      ])
      .addEdge(['evaluate'], 'rankLevel')
      .addEdge(['expand'], 'rankLevel')
      .addConditionalEdges('rankLevel', (state) => (stopReason(state, options) ? 'conclude' : pruneBeam(state, options)), [
        'expand',
        'selectRewards',
        'conclude',
      ])
      .addEdge('conclude', END)
      .compile({ name: 'searchSystemPrompt', ...(options.checkpointer !== undefined && { checkpointer: options.checkpointer }) })
      .withConfig({ recursionLimit: recursionLimit(options) })
  );
}

/** Queries beyond the greatest possible depth are never asked. */
const reachable = (queries: string[], { depth, maxDepthIncrease }: Search): string[] => queries.slice(0, depth + maxDepthIncrease);

const evaluateRoot = (state: State, { initialPrompt }: Search): Send =>
  new Send('evaluate', { draft: rootDraft(initialPrompt, queryAt(state, 0)), shots: shotsAt(state, 0), choice: null });

/** The beam: the W best of the level are expanded on the next query; the rest is pruned. */
function pruneBeam(state: State, options: Search): Send[] {
  const next = levelOf(state) + 1;
  const about = { query: queryAt(state, next), shots: shotsAt(state, next), choice: choiceAt(state, next) };
  const beam = state.candidates.slice(0, options.beamWidth);
  return [...beam.map((parent, rank) => new Send('expand', { parent, rank, ...about })), ...selectAhead(state, next + 1, options)];
}

/** Rewards of the queries coming up, at most `lookAhead` further than the search has got. */
function selectAhead(state: State, from: number, { lookAhead, depth }: Search): Send[] {
  const known = new Set((state.choices ?? []).map((c) => c.index));
  const end = Math.min(from - 1 + lookAhead, (state.maxDepth ?? depth) - 1, state.queries.length - 1);
  const wanted = Array.from({ length: Math.max(0, end - from + 1) }, (_, i) => from + i);
  return wanted.filter((i) => !known.has(i)).map((index) => new Send('selectRewards', { index, query: queryAt(state, index) }));
}

/** Judgements from which the share that is missing tells something. */
const JUDGED_AT_LEAST = 10;
const isUnread = (c: Candidate): boolean => Object.keys(c.evaluation).length === 0;

function rankLevel(state: State, options: Search): Partial<State> {
  const level = levelOf(state);
  const candidates = ranked(state.candidates, options.aggregate).map((c, place) => ({ ...c, place }));
  const [first] = candidates;
  if (!first) throw new Error(`level ${level} has no candidates`);
  const judged = { all: (state.judged?.all ?? 0) + candidates.length, missing: (state.judged?.missing ?? 0) + candidates.filter(isUnread).length };
  if (judged.all >= JUDGED_AT_LEAST && judged.missing > judged.all * options.missingShare)
    throw new SearchFailed(`${judged.missing} of ${judged.all} judgements could not be had, the last because: ${candidates.find(isUnread)?.missing}; mend the judge, or raise search.missingShare`);
  const before = state.maxDepth ?? options.depth;
  const raised = candidates.some((c) => c.lineage.skipped) && before < options.depth + options.maxDepthIncrease;
  const rose = first.value !== null && level > 0 && first.value > (state.best?.value ?? -1);
  return {
    candidates,
    judged,
    maxDepth: raised ? before + 1 : before,
    best: rose ? { value: first.value, since: 0 } : { value: state.best?.value ?? null, since: level === 0 ? 0 : (state.best?.since ?? 0) + 1 },
    bestPrompt: first.prompt,
    bestId: first.id,
    value: first.value,
    beam: candidates.slice(0, options.beamWidth).map((c) => c.id),
    levels: level,
  };
}

function stopReason(state: State, { stop, beamWidth }: Search): string | null {
  const view: SearchView = {
    level: levelOf(state),
    maxDepth: state.maxDepth,
    queries: state.queries.length,
    beam: state.candidates.slice(0, beamWidth),
    levelsWithoutGain: state.best.since,
  };
  return stop.reduce<string | null>((reason, criterion) => reason ?? criterion(view), null);
}

const levelOf = (state: State): number => state.candidates[0]?.depth ?? 0;
const choiceAt = (state: State, index: number): RewardChoice | null => state.choices.find((c) => c.index === index) ?? null;
const shotsAt = (state: State, index: number): Example[] => (state.shots[index] ?? []).flatMap((i) => state.examples[i] ?? []);

function queryAt(state: State, index: number): string {
  const query = state.queries[index];
  if (query === undefined) throw new Error('expected at least one query, got none: give `queries`');
  return asQuery(query).text;
}
