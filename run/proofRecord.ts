import { z } from 'zod';
import { ProofAnswer, type FinalOutcome } from '../state/final.ts';

const ProvenAnswer = ProofAnswer.extend({ id: z.string() });

/** A line of proof.jsonl: what the first prompt and its challenger answered to a fresh query, and what a judge said of both. */
export const ProofRecord = z.object({
  query: z.string(),
  /** How much the query counts, above 0. Left out: 1. */
  weight: z.number().positive().exactOptional(),
  /** The model that judged. Null: checks did. */
  judge: z.string().nullable(),
  first: ProvenAnswer,
  challenger: ProvenAnswer,
});
export type ProofRecord = z.infer<typeof ProofRecord>;

/** What makes a record one of its kind. */
export const getProofId = ({ query, judge, challenger }: ProofRecord): string =>
  JSON.stringify([judge, challenger.id, query]);

/** Writes the answers of a final's proof into the run's folder, each once. */
export function recordProof(
  folder: { proof: { append: (record: ProofRecord) => unknown } },
  final: FinalOutcome | null,
  judge: string | null,
): void {
  for (const { query, weight, first, challenger } of final?.pairs ?? [])
    folder.proof.append({
      query,
      ...(weight !== undefined && { weight }),
      judge,
      first: { id: '0', ...first },
      challenger: { id: final?.challenger ?? '', ...challenger },
    });
}
