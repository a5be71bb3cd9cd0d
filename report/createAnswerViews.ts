import type { ProofAnswer, ProofPair } from '../state/final.ts';
import type { ProofVerdict } from '../state/verdict.ts';
import type { Evaluation } from '../state/judgement.ts';
import type { AnswerPairView, AnswerView, ScoreView } from './runView.ts';

/** A line of proof.jsonl, as far as the page needs it. */
export type JudgedPair = ProofPair & { judge: string | null };

/** The points of a judgement, aspect by aspect. */
export const createScoreViews = (evaluation: Evaluation): ScoreView[] =>
  Object.entries(evaluation).map(([aspect, { score, rationale }]) => ({ aspect, score, rationale }));

/** The fresh queries with the answers of both prompts, as the verdict's judge scored them. Without a verdict: none. */
export const createAnswerViews = (pairs: readonly JudgedPair[], verdict: ProofVerdict | null): AnswerPairView[] =>
  pairs
    .filter(({ judge }) => judge === verdict?.judge)
    .map(({ query, first, challenger }) => ({
      query,
      first: createAnswerView(first),
      challenger: createAnswerView(challenger),
    }));

const createAnswerView = ({ response, reward, evaluation }: ProofAnswer): AnswerView => ({
  response,
  reward,
  scores: createScoreViews(evaluation),
});
