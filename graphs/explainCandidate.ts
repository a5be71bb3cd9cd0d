import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { Nodes } from '../nodes/node.ts';
import type { Candidate, CandidateDraft } from '../state/hypothesis.ts';
import { isUnexplained, type Evaluation } from '../state/judgement.ts';

/** Gets the remarks on a candidate's scores before its prompt is rewritten, if they came without any. */
export async function explainCandidate(
  { explainScores }: Pick<Nodes, 'explainScores'>,
  candidate: Candidate,
  config: LangGraphRunnableConfig,
): Promise<Candidate> {
  const { unexplained, query, response, toolCalls, evaluation } = candidate;
  if (!unexplained || !explainScores) return candidate;
  const { details, rewards, reasoning } = unexplained;
  const tools = toolCalls && { toolCalls };
  const reads = { query, ...details, response, ...tools, rewards, reasoning, stage: 'prompt' as const, evaluation };
  return { ...candidate, evaluation: (await explainScores(reads, config)).evaluation };
}

/** Gives the first child of a candidate the remarks that came after its judgement, for the journal. */
export function addRemarks(drafts: readonly CandidateDraft[], before: Candidate, after: Candidate): CandidateDraft[] {
  const parentRemarks = listNewRemarks(before.evaluation, after.evaluation);
  const hasNone = Object.keys(parentRemarks).length === 0;
  return drafts.map((draft, i) => (i > 0 || hasNone ? draft : { ...draft, parentRemarks }));
}

const listNewRemarks = (before: Evaluation, after: Evaluation): Record<string, string> =>
  Object.fromEntries(
    Object.entries(after).flatMap(([aspect, score]) =>
      isUnexplained(before[aspect]) && !isUnexplained(score) ? [[aspect, score.rationale]] : [],
    ),
  );
