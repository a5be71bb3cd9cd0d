import { reserved } from './heldOut.ts';
import { finalEvaluations, fitting, type FinalOptions, type Search } from './options.ts';

/** How far a search has come. */
export interface Spent {
  /** Levels after the root's, and those of them that kept a prompt (as many as may add to the depth at most). */
  level: number;
  raised: number;
  /** Judgements so far, and what they would be if all that was rewritten had been rewritten M times, as in the paper. */
  evaluations: number;
  inPaper: number;
  /** Training queries in all. */
  queries: number;
}

/** What of a search's options counts here. */
export type Sized = Pick<Search, 'beamWidth' | 'actions' | 'depth' | 'maxDepthIncrease' | 'final'>;

/** What is taken for so many levels before there are any: prompts rewritten a level as in the nine published runs (algorithm.md 1.9), and none that adds to the depth. */
const USUAL = { levels: 3, rewritten: 0.8 };

/** What a level takes as the search has gone so far: judgements, and calls; the same in the paper's search; and levels still to come. */
interface Usually {
  calls: number;
  judgementsInPaper: number;
  callsInPaper: number;
  levels: number;
}

function usually({ level, raised, evaluations, inPaper, queries }: Spent, sized: Sized): Usually {
  const { beamWidth, actions, depth, maxDepthIncrease } = sized;
  const beam = Math.min(beamWidth, actions);
  const usual = beam + Math.min(beam, USUAL.rewritten) * (actions - 1);
  const seen = level + USUAL.levels;
  const each = (sofar: number): number => (sofar - 1 + USUAL.levels * usual) / seen;
  const judgementsInPaper = each(inPaper);
  const rewrites = actions > 1 ? (judgementsInPaper - beam) / (actions - 1) : beam;
  const calls = (judgements: number): number => 2 * judgements + Math.max(0, rewrites) + 1;
  const raising = Math.min(0.99, raised / seen);
  const levels = Math.min((depth - 1) / (1 - raising), depth - 1 + maxDepthIncrease, queries - 1);
  return {
    calls: calls(each(evaluations)),
    judgementsInPaper,
    callsInPaper: calls(judgementsInPaper),
    levels: Math.max(0, levels - level),
  };
}

/** The final as it fits this search, which keeps more or fewer prompts than another, and the queries held out for it. */
export function finalFor(spent: Spent, options: Sized): FinalOptions | null {
  if (!options.final) return null;
  const { judgementsInPaper, levels } = usually(spent, options);
  const held = reserved(spent.queries, options.final.queries + options.final.proof);
  const fit = fitting(options.final, spent.inPaper + levels * judgementsInPaper);
  const queries = Math.min(fit.queries, Math.max(1, held - 2));
  return held < 1 ? null : { ...fit, queries, proof: Math.min(fit.proof, held - queries) };
}

/** Calls that the final will make: of its judgements, and for the rewards of its queries. */
function reservedBy(spent: Spent, options: Sized): number {
  const final = finalFor(spent, options);
  return final ? 2 * finalEvaluations(final) + final.queries + final.proof : 0;
}

/** Calls that are left of what the paper's search would have taken in the end. */
const callsLeft = ({ evaluations, inPaper }: Spent, { callsInPaper, levels }: Usually): number =>
  2 * (inPaper - evaluations) + levels * callsInPaper;

/** Levels that the final leaves to the search, all its own if there is none: a guess that shrinks to 0 as its share is used up. */
export function levelsLeft(spent: Spent, options: Sized): number {
  const usual = usually(spent, options);
  const left = (callsLeft(spent, usual) - reservedBy(spent, options)) / usual.calls;
  return Math.min(usual.levels, Math.max(0, left));
}

/** The next level: judgements, and prompts that are rewritten. */
export interface NextLevel {
  judgements: number;
  rewrites: number;
}

/**
 * Whether the next level and the final would together take more calls than the paper's search takes in the end, as this one
 * has gone so far: kept prompts cost little, so that a search that keeps many goes deeper.
 */
export function finalIsDue(spent: Spent, { judgements, rewrites }: NextLevel, options: Sized): boolean {
  if (finalFor(spent, options) === null) return false;
  const next = 2 * judgements + rewrites + 1;
  return next + reservedBy(spent, options) > callsLeft(spent, usually(spent, options));
}
