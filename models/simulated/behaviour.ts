import type { QueryKind } from './queryTraits.ts';

/** A way of answering that an instruction can ask for and a judge can see. */
export interface Behaviour {
  name: string;
  /** Recognises an instruction that asks for it, in any wording. */
  instructionPattern: RegExp;
  /** Recognises an instruction against it. The two cancel each other. */
  oppositionPattern?: RegExp;
  /** Recognises a response that shows it. */
  responsePattern: RegExp;
  /** Sentences that show it in a response. {subject} becomes the subject of the query. */
  sentences: readonly string[];
  /** Its weight in each aspect, relative to the other behaviours of that aspect. */
  aspectWeights: Readonly<Record<string, number>>;
  /** The kinds of query that it suits. Default all. */
  queryKinds?: readonly QueryKind[];
  /** Its name in a judge's remarks. */
  noun: string;
  /** The instructions with which an optimizer asks for it. */
  advice: readonly [string, ...string[]];
}

/** Whether a behaviour suits a query of these kinds. */
export const isApplicable = (behaviour: Behaviour, kinds: ReadonlySet<QueryKind>): boolean =>
  behaviour.queryKinds?.some((kind) => kinds.has(kind)) ?? true;
