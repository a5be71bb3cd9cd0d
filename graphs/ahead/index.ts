import type { LangGraphRunnableConfig, Send } from '@langchain/langgraph';
import type { SearchNodes } from '../../nodes/node.ts';
import type { SearchState } from '../../state/channels.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import { getQueryAfterNext } from '../beam/edges.ts';
import { hasListeners, type CandidateListener, type Step } from '../evaluateCandidate.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import { Ahead } from './begun.ts';
import { Eager } from './eager.ts';
import { Speculation } from './speculation.ts';

type State = typeof SearchState.State;

/** What is asked ahead of the graph, and where the graph tells how far it is. */
export interface Foresight {
  /** The nodes as the graph is to use them: what was begun ahead is taken up. */
  nodes: SearchNodes;
  onJudged: CandidateListener;
  /** A level is ranked; `goesOn`: whether the search does. */
  ranked: (state: State, goesOn: boolean, config: LangGraphRunnableConfig) => void;
  /** Where an edge leads. */
  leading: <To extends Send[] | string>(
    edge: (state: State, options: ResolvedSearchOptions) => To,
  ) => (state: State, config: LangGraphRunnableConfig) => To;
  /** A hypothesis's step. */
  telling: <In>(step: Step<In, { candidates: Candidate[] }>) => Step<In, { candidates: Candidate[] }>;
}

/** Calls ahead of the graph, as the options have it: `speculate`, else `eager`; none where a person decides between levels. */
export function foresee(given: SearchNodes, options: ResolvedSearchOptions): Foresight {
  const ahead = new Ahead();
  const speculation = options.speculate && !options.approve ? new Speculation(ahead, given, options) : null;
  const eager = options.eager && !speculation && !options.approve ? new Eager(ahead, given, options) : null;
  return {
    nodes: ahead.taking(given),
    onJudged: (candidate, config) => speculation?.judged(runOf(config), candidate),
    ranked: (state, goesOn, config) =>
      speculation?.ranked(runOf(config), goesOn ? state.candidates : [], getQueryAfterNext(state, options)),
    leading: (edge) => (state, config) => {
      const to = edge(state, options);
      if (typeof to !== 'string') eager?.sent(runOf(config), state, to);
      return to;
    },
    telling: (step) => async (input, config) => {
      const done = await step(input, config);
      // calls ahead have no place in a trace; the graph's own work waits until they are on their way
      if (!hasListeners(config) && eager?.done(runOf(config), done.candidates)) await nextTurn();
      return done;
    },
  };
}

const nextTurn = (): Promise<void> => new Promise((next) => void setImmediate(next));

/** Which of the runs at work a node belongs to. */
const runOf = ({ configurable }: LangGraphRunnableConfig): string => String(configurable?.['thread_id'] ?? '');
