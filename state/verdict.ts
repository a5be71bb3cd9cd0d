import { z } from 'zod';

/** What a proof says: whether zero is outside the interval, the whole interval within the margin, or neither yet. */
export const VerdictOutcome = z.enum(['better', 'worse', 'no-difference', 'not-settled', 'no-change']);
export type VerdictOutcome = z.infer<typeof VerdictOutcome>;

/** One reason why a proof shows no gain. Its code does not change. */
export const VerdictReason = z.object({ code: z.string(), text: z.string() });
export type VerdictReason = z.infer<typeof VerdictReason>;

/** The verdict of a comparison on fresh queries, in words and figures. */
export const ProofVerdict = z.object({
  outcome: VerdictOutcome,
  text: z.string(),
  /** The mean difference in points, and its 95 % interval, which is valid at every look. Null: there are too few queries. */
  mean: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Points below which a difference does not matter. */
  margin: z.number(),
  /** Fresh queries on which both prompts were judged. */
  queries: z.number().int(),
  /** About how many more queries would settle it. Null: it is settled, or it would take more than 2,000. */
  moreQueries: z.number().int().nullable(),
  /** The model that judged. Null: no model did. */
  judge: z.string().nullable(),
  /** Why it is not better. */
  reasons: z.array(VerdictReason),
});
export type ProofVerdict = z.infer<typeof ProofVerdict>;
