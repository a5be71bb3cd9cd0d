import type { Send } from '@langchain/langgraph';
import type { SearchNodes } from '../../nodes/node.ts';
import type { SearchState } from '../../state/channels.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import type { Ahead, Speculated } from './begun.ts';
import { toRewriteInput } from '../beam/children.ts';
import { pruneOrStop } from '../beam/edges.ts';
import { toRespondInput, type EvaluationInput } from '../evaluateCandidate.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import { rankLevel } from '../beam/rankLevel.ts';
import type { Expansion } from '../beam/rewriteAndJudge.ts';

type State = typeof SearchState.State;

/** A level under way: the state it set out from, how many of its hypotheses are still at work, and what the others brought. */
interface Level {
  state: State;
  out: number;
  candidates: Candidate[];
}

/**
 * What a level begins with is asked the moment the last judgement of the level before is in; the graph ranks, prunes and
 * writes its checkpoint meanwhile, and takes up what it finds begun. Nothing is asked that the graph would not ask.
 */
export class Eager {
  readonly #ahead: Ahead;
  readonly #nodes: SearchNodes;
  readonly #options: ResolvedSearchOptions;
  readonly #levels = new Map<string, Level>();

  constructor(ahead: Ahead, nodes: SearchNodes, options: ResolvedSearchOptions) {
    this.#ahead = ahead;
    this.#nodes = nodes;
    this.#options = options;
  }

  /** The graph sends out a level of a run. */
  sent(run: string, state: State, sends: readonly Send[]): void {
    const out = sends.filter(({ node }) => node === 'rewriteAndJudge' || node === 'respondAndJudge').length;
    this.#levels.set(run, { state, out, candidates: [] });
  }

  /** One of its hypotheses is done; whether something was begun that the last of them leads to. */
  done(run: string, candidates: readonly Candidate[]): boolean {
    const level = this.#levels.get(run);
    if (!level) return false;
    level.candidates.push(...candidates);
    level.out--;
    if (level.out > 0) return false;
    this.#ahead.forget(run);
    const nodes = this.#ahead.beginning(this.#nodes, run);
    for (const send of this.#next(level)) begin(nodes, send);
    return true;
  }

  /** Where the graph will go from the level; nowhere where it ends or fails, of which it will tell itself. */
  #next({ state, candidates }: Level): Send[] {
    const judged = { ...state, candidates: candidates.toSorted((a, b) => a.place - b.place) };
    try {
      const sends = pruneOrStop({ ...judged, ...rankLevel(judged, this.#options) }, this.#options);
      return typeof sends === 'string' ? [] : sends;
    } catch {
      return [];
    }
  }
}

function begin(nodes: Speculated, { node, args }: Send<string, unknown>): void {
  const begun = isExpansion(node, args)
    ? nodes.rewriteSystemPrompt(toRewriteInput(args.parent, args.actions))
    : isAsked(node, args) && nodes.respond(toRespondInput(args));
  if (begun) begun.catch(() => undefined); // whoever takes the call up is told
}

const isExpansion = (node: string, _args: unknown): _args is Expansion => node === 'rewriteAndJudge';
const isAsked = (node: string, _args: unknown): _args is EvaluationInput => node === 'respondAndJudge';
