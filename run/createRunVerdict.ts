import { createUnchangedVerdict, createVerdict, type ProofDifferences } from '../graphs/final/createVerdict.ts';
import { resolveFinal } from '../graphs/finalOptions.ts';
import type { FinalOutcome, ProofAnswer } from '../state/final.ts';
import type { ProofVerdict } from '../state/verdict.ts';
import type { Config } from './config/loadConfig.ts';
import { describeJudge, describeProofJudge } from './describeJudge.ts';
import type { OptimizeResult } from './result.ts';
import { RESUMABLE_REASONS } from './runFolder.ts';
import { listVerdictReasons } from './verdictReasons.ts';

/** A run's verdict: the returned prompt minus the first one. Null: no final was wanted, or the run has not come to it. */
export function createRunVerdict(
  result: Omit<OptimizeResult, 'verdict' | 'digests'>,
  config: Pick<Config, 'final' | 'models' | 'judge' | 'rewards'>,
): ProofVerdict | null {
  // a run that is stopped while its winner is shortened has a final, whose proof has ended
  if (!config.final || (RESUMABLE_REASONS.has(result.stoppedBy) && !result.final)) return null;
  const { proof } = resolveFinal(config.final);
  const first = result.nodes.find(({ depth }) => depth === 0);
  const isUnchanged = result.bestId === '0' || result.bestPrompt === first?.prompt;
  const judge = describeProofJudge(config);
  const isIndependent = judge !== describeJudge(config);
  const verdict = isUnchanged
    ? createUnchangedVerdict(proof.margin)
    : createVerdict(listProofDifferences(result.final, isIndependent), proof, { judge, isIndependent });
  // only fresh queries can prove a prompt that was shortened on these
  const said = result.final?.shortened ? { ...verdict, text: `${verdict.text}, before it was shortened` } : verdict;
  return addReasons(said, result, proof.minQueries);
}

/** Adds to a verdict why it is not better. */
export const addReasons = (
  verdict: ProofVerdict,
  result: Parameters<typeof listVerdictReasons>[0],
  minQueries: number,
): ProofVerdict => ({
  ...verdict,
  reasons: verdict.outcome === 'better' ? [] : listVerdictReasons(result, verdict, minQueries),
});

/** The differences of a final's proof, in points. Another judge than the search's spreads in another way. */
export const listProofDifferences = (final: FinalOutcome | null, isIndependent = false): ProofDifferences => ({
  ...splitPairs(final?.pairs ?? []),
  chosenOn: isIndependent ? [] : (final?.chosenOn ?? []),
});

type JudgedAnswer = Pick<ProofAnswer, 'reward'>;

/** Lists the differences of pairs and what they count. A pair without both judgements counts as none. */
export function splitPairs(
  pairs: readonly { weight?: number; first: JudgedAnswer; challenger: JudgedAnswer }[],
): Required<Pick<ProofDifferences, 'fresh' | 'weights'>> {
  const judged = pairs.flatMap(({ weight = 1, first, challenger }) =>
    first.reward === null || challenger.reward === null ? [] : [{ weight, value: challenger.reward - first.reward }],
  );
  return { fresh: judged.map(({ value }) => value), weights: judged.map(({ weight }) => weight) };
}
