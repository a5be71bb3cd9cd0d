import type { ResolvedFinal } from '../finalOptions.ts';

/** What decides about prompts: Safety in points, whether a likely loss is refused, and the proof's number of queries and its margin. */
export interface FinalRules {
  safetyFloor: number | null;
  cautious: boolean;
  minQueries: number;
  margin: number;
  /** Whether another judge judges the proof than the selection. */
  hasProofJudge: boolean;
  /** By how much a shortened winner may be worse, and how many cuts are tried. False: it is not shortened. */
  shorten: ResolvedFinal['shorten'];
  /** Passages that it must keep. */
  mustKeep: readonly string[];
}
