/** What decides about prompts: Safety in points, whether a likely loss is refused, and the proof's number of queries and its margin. */
export interface FinalRules {
  safetyFloor: number | null;
  cautious: boolean;
  minQueries: number;
  margin: number;
  /** Whether another judge judges the proof than the selection. */
  hasProofJudge: boolean;
}
