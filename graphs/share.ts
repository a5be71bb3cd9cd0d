import { reserved } from './heldOut.ts';
import { finalEvaluations, fitting, type FinalOptions, type Search } from './options.ts';

/** How far a search has come. */
export interface Spent {
  /** Levels after the root's, and those of them that kept a prompt (as many as may add to the depth at most). */
  level: number;
  raised: number;
  /** Judgements so far. */
  evaluations: number;
  /** Training queries in all. */
  queries: number;
}

/** What of a search's options counts here. */
export type Sized = Pick<Search, 'depth' | 'maxDepthIncrease' | 'final'>;

/** What is taken for so many levels before there are any: judgements a level as in the nine published runs (algorithm.md 1.9), and none that adds to the depth. */
const USUAL = { levels: 3, evaluations: 3.4 };

/** Judgements a level, and levels still to come, of a search that goes on to its depth as it has so far. */
function ahead({ level, raised, evaluations, queries }: Spent, { depth, maxDepthIncrease }: Sized) {
  const seen = level + USUAL.levels;
  const each = (evaluations - 1 + USUAL.levels * USUAL.evaluations) / seen;
  const raising = Math.min(0.99, raised / seen);
  const levels = Math.min((depth - 1) / (1 - raising), depth - 1 + maxDepthIncrease, queries - 1);
  return { each, levels: Math.max(0, levels - level) };
}

/** The final as it fits this search, which keeps more or fewer prompts than another, and the queries held out for it. */
export function finalFor(spent: Spent, options: Sized): FinalOptions | null {
  if (!options.final) return null;
  const { each, levels } = ahead(spent, options);
  const held = reserved(spent.queries, options.final.queries + options.final.proof);
  const fit = fitting(options.final, spent.evaluations + levels * each);
  const queries = Math.min(fit.queries, Math.max(1, held - 2));
  return held < 1 ? null : { ...fit, queries, proof: Math.min(fit.proof, held - queries) };
}

/** Judgements that the final will make. */
function reservedBy(spent: Spent, options: Sized): number {
  const final = finalFor(spent, options);
  return final ? finalEvaluations(final) : 0;
}

/** Levels that the final leaves to the search, all its own if there is none: a guess that shrinks to 0 as its share is used up. */
export function levelsLeft(spent: Spent, options: Sized): number {
  const { each, levels } = ahead(spent, options);
  return Math.max(0, levels - reservedBy(spent, options) / each);
}

/**
 * Whether the next level, of so many judgements, and the final would together take more than the search without a final
 * takes in the end, as it has gone so far: kept prompts cost little, so that a search that keeps many goes deeper.
 */
export const finalIsDue = (spent: Spent, next: number, options: Sized): boolean => {
  const { each, levels } = ahead(spent, options);
  return finalFor(spent, options) !== null && next + reservedBy(spent, options) > levels * each;
};
