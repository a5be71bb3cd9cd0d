import type { QueryKind } from './queryTraits.ts';

/** A way of answering that an instruction can ask for and a judge can see. */
export interface Behaviour {
  name: string;
  /** By this an instruction is recognised, in anybody's wording. */
  instructionPattern: RegExp;
  /** An instruction that speaks against it; the two cancel. */
  oppositionPattern?: RegExp;
  /** By this a response is seen to show it. */
  responsePattern: RegExp;
  /** How a response shows it; {subject} stands for the query's own. */
  sentences: readonly string[];
  /** How much each aspect asks for it, as a weight among the behaviours it asks for. */
  aspectWeights: Readonly<Record<string, number>>;
  /** The kinds of query on which it is in place; everywhere if left out. */
  queryKinds?: readonly QueryKind[];
  /** What a judge calls it. */
  noun: string;
  /** What an optimizer writes into a prompt to have it. */
  advice: readonly [string, ...string[]];
}

/** Whether a behaviour is in place on a query of these kinds. */
export const isApplicable = (behaviour: Behaviour, kinds: ReadonlySet<QueryKind>): boolean =>
  behaviour.queryKinds?.some((kind) => kinds.has(kind)) ?? true;
