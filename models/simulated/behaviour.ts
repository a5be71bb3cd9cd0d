import type { Kind } from './queries.ts';

/** A way of answering that an instruction can ask for and a judge can see. */
export interface Behaviour {
  name: string;
  /** By this an instruction is recognised, in anybody's wording. */
  told: RegExp;
  /** An instruction that speaks against it; the two cancel. */
  against?: RegExp;
  /** By this a response is seen to show it. */
  seen: RegExp;
  /** How a response shows it; {subject} stands for the query's own. */
  marks: readonly string[];
  /** How much each aspect asks for it, as a weight among the behaviours it asks for. */
  serves: Readonly<Record<string, number>>;
  /** The kinds of query on which it is in place; everywhere if left out. */
  on?: readonly Kind[];
  /** What a judge calls it. */
  noun: string;
  /** What an optimizer writes into a prompt to have it. */
  advice: readonly [string, ...string[]];
}

/** Whether a behaviour is in place on a query of these kinds. */
export const fits = (behaviour: Behaviour, kinds: ReadonlySet<Kind>): boolean =>
  behaviour.on?.some((kind) => kinds.has(kind)) ?? true;
