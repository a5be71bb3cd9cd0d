import type { ProofAnswer, ProofPair } from '../state/final.ts';
import type { ProofVerdict } from '../state/verdict.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { AnswerPairView, AnswerView, ScoreView } from './runView.ts';

/** A line of proof.jsonl, as far as the page needs it. */
export type JudgedPair = ProofPair & { judge: string | null; challenger: { id?: string } };

/** The points of a judgement, aspect by aspect. */
export const createScoreViews = (evaluation: Evaluation): ScoreView[] =>
  Object.entries(evaluation).map(([aspect, { score, rationale }]) => ({ aspect, score, rationale }));

/**
 * The fresh queries with the answers of both prompts, as the verdict's judge scored them. Without a verdict: none. If the prompt
 * was shortened, the whole one answered, unless `prove` has asked the shortened one since.
 */
export const createAnswerViews = (
  pairs: readonly JudgedPair[],
  verdict: ProofVerdict | null,
  shortened?: string,
): AnswerPairView[] => {
  const judged = pairs.filter(({ judge }) => judge === verdict?.judge);
  const proven = judged.filter(({ challenger: { id } }) => id !== undefined && id === shortened);
  return (proven.length > 0 ? proven : judged).map(({ query, first, challenger }) => ({
    query,
    first: createAnswerView(first),
    challenger: createAnswerView(challenger),
  }));
};

const createAnswerView = ({ response, reward, evaluation }: ProofAnswer): AnswerView => ({
  response,
  reward,
  scores: createScoreViews(evaluation),
});
