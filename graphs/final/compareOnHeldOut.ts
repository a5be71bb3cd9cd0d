import { END, Send, START, StateGraph } from '@langchain/langgraph';
import type { Nodes } from '../../nodes/node.ts';
import { FinalOutput, FinalState } from '../../state/channels.ts';
import type { FinalScore, HeldOutQuery } from '../../state/final.ts';
import { computeReward } from '../../state/judgement.ts';
import {
  selectQueryRewards,
  evaluatePrompt,
  type EvaluationInput,
  type EvaluationResult,
} from '../evaluateCandidate.ts';
import { DEFAULT_FINAL } from '../finalOptions.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import { withRecursionLimit } from '../withRecursionLimit.ts';
import { decide } from './decide.ts';
import { halve } from './halve.ts';
import type { FinalRules } from './finalRules.ts';
import { shortenPrompt } from './shortenPrompt.ts';
import { shortenOrEnd, startNextCut } from './startNextCut.ts';
import { startNextPhase } from './startNextPhase.ts';

/**
 * Builds the final: the first prompt and the best prompts of the tree answer the same held-out queries. Successive halving
 * leaves one challenger. Fresh queries prove it against the first prompt, a few at a time, until the question is settled.
 */
export function compareOnHeldOut(
  nodes: Pick<Nodes, 'respond' | 'selectRewards' | 'judge' | 'proofJudge'>,
  { safetyFloor, mustKeep, final }: Pick<ResolvedSearchOptions, 'safetyFloor' | 'mustKeep' | 'final'>,
) {
  const { proofJudge } = nodes;
  const { cautious, proof, shorten } = final ?? DEFAULT_FINAL;
  const hasProofJudge = proofJudge !== undefined;
  const rules: FinalRules = { safetyFloor, mustKeep, cautious, ...proof, hasProofJudge, shorten };
  // shortening may ask any of the proof's queries, and all prompts are judged by the same rewards
  const ahead = shorten ? proof.maxQueries : proof.minQueries;
  const select = evaluatePrompt<EntrantInput, EntrantScore>(nodes, toEntrantScore);
  const prove = evaluatePrompt<EntrantInput, EntrantScore>(
    { ...nodes, ...(proofJudge && { judge: proofJudge }) },
    toEntrantScore,
  );
  return withRecursionLimit(
    new StateGraph({ state: FinalState, output: FinalOutput })
      // ℝ_x: selects the rewards of a held-out query once; those of a later look of the proof only if it comes to it
      .addNode('selectRewards', async (held: HeldOutQuery, config) => ({
        selectedRewards: [await selectQueryRewards(nodes, held, config)],
      }))
      // r: judges one entrant on one query
      .addNode('respondAndJudge', (entrant: EntrantInput, config) =>
        (entrant.isProof ? prove : select)(entrant, config),
      )
      // ends a phase: the better half stays
      .addNode('halve', (state) => (state.round === 0 ? { round: 1 } : halve(state, rules)))
      // names the winner, and how much better it is
      .addNode('decide', (state) => ({ final: decide(state, rules) }))
      // keeps the winner without one more section if that shows no loss, and makes the next cut
      .addNode('shortenPrompt', (state) => shortenPrompt(state, rules))
      .addConditionalEdges(
        START,
        ({ selectionQueries, proofQueries }) =>
          [...selectionQueries, ...proofQueries.slice(0, ahead)].map((held) => new Send('selectRewards', held)),
        ['selectRewards'],
      )
      .addEdge('selectRewards', 'halve')
      .addConditionalEdges('halve', startNextPhase(rules), ['respondAndJudge', 'selectRewards', 'decide'])
      .addConditionalEdges('respondAndJudge', ({ final: decided }) => (decided ? 'shortenPrompt' : 'halve'), [
        'halve',
        'shortenPrompt',
      ])
      .addConditionalEdges('decide', shortenOrEnd(rules), ['shortenPrompt', END])
      .addConditionalEdges('shortenPrompt', startNextCut(rules), ['respondAndJudge', END])
      .compile({ name: 'compareOnHeldOut' }),
    MAX_PROOF_STEPS + (shorten ? STEPS_PER_CUT * shorten.maxCuts : 0),
  );
}

/** Supersteps that no selection and proof reach, and those of a cut: two looks, and the step between them. */
const MAX_PROOF_STEPS = 200;
const STEPS_PER_CUT = 4;

/** One entrant on one held-out query. */
type EntrantInput = EvaluationInput & { id: string; isProof: boolean };
type EntrantScore = { scores: FinalScore[] };

const toEntrantScore = ({
  id,
  index,
  isProof,
  response,
  evaluation,
}: EntrantInput & EvaluationResult): EntrantScore => ({
  scores: [{ id, index, evaluation, reward: computeReward(evaluation), ...(isProof && { response }) }],
});
