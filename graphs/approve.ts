import { interrupt } from '@langchain/langgraph';
import { z } from 'zod';
import type { SearchOptions } from './searchOptions.ts';
import { Hypothesis, applyJudgement, type PathAggregation, type Candidate, type Lineage } from '../state/hypothesis.ts';
import type { Evaluation } from '../state/judgement.ts';

const Points = z.number().min(1).max(5);

/**
 * A person's answer to a level. It is "accept", or changes by node id: a new prompt (`edit`), points by aspect (`score`),
 * also for new aspects, and the candidates to leave out (`veto`).
 */
export const Decision = z.union(
  [
    z.literal('accept'),
    z.strictObject({
      /** The level it is for. A resumed run gets the last answer again, and skips it if it names another level. */
      level: z.number().int().optional(),
      edit: z.record(z.string(), z.string().min(1)).default({}),
      score: z.record(z.string(), z.record(z.string().min(1), Points)).default({}),
      veto: z.array(z.string()).default([]),
    }),
  ],
  { error: 'expected "accept", or edit (prompts by id), score (1 to 5 points by id and aspect) and veto (ids)' },
);
export type Decision = z.infer<typeof Decision>;

/** What a person is shown of a level. `complaint` says why the last answer could not be used. */
export const Question = z.object({
  level: z.number().int(),
  query: z.string(),
  candidates: z.array(
    Hypothesis.pick({ id: true, prompt: true, response: true, evaluation: true, reward: true, value: true }),
  ),
  complaint: z.string().optional(),
});
export type Question = z.infer<typeof Question>;

/** Asks a person about a level. The graph checks the answer and asks again, with a complaint, if it cannot be used. */
export type ApprovalHandler = (question: unknown) => Promise<unknown>;

/** Makes an `approve` option that interrupts the run at each level until `new Command({ resume: decision })` resumes it. */
export const askPerson =
  (valued: { aggregate?: PathAggregation } = {}): NonNullable<SearchOptions['approve']> =>
  (level) => {
    let complaint: string | undefined;
    for (;;) {
      const { data, error } = Decision.safeParse(interrupt(createQuestion(level, complaint)));
      if (data && isForOtherLevel(data, level)) continue;
      complaint = data ? findDecisionFault(data, level) : z.prettifyError(error);
      if (data && complaint === undefined) return applyDecision(level, data, valued);
    }
  };

function createQuestion(level: readonly Candidate[], complaint?: string): Question {
  const candidates = level.map(({ id, prompt, response, evaluation, reward, value }) => ({
    id,
    prompt,
    response,
    evaluation,
    reward,
    value,
  }));
  const [first] = level;
  const about = { level: first?.depth ?? 0, query: first?.query ?? '', candidates };
  return complaint === undefined ? about : { ...about, complaint };
}

const isForOtherLevel = (decision: Decision, [first]: readonly Candidate[]): boolean =>
  decision !== 'accept' && decision.level !== undefined && decision.level !== first?.depth;

/** Says why a decision cannot be carried out. Undefined: it can. */
function findDecisionFault(decision: Decision, level: readonly Candidate[]): string | undefined {
  if (decision === 'accept') return undefined;
  const ids = level.map((c) => c.id);
  const named = [...Object.keys(decision.edit), ...Object.keys(decision.score), ...decision.veto];
  const unknown = named.filter((id) => !ids.includes(id));
  if (unknown.length) return `expected ids of this level (${ids.join(', ')}), got ${unknown.join(', ')}`;
  return ids.every((id) => decision.veto.includes(id))
    ? 'expected at least one candidate to stay, got none'
    : undefined;
}

function applyDecision(
  level: readonly Candidate[],
  decision: Decision,
  valued: { aggregate?: PathAggregation },
): Candidate[] {
  if (decision === 'accept') return [...level];
  const { edit, score, veto } = decision;
  return level
    .filter((c) => !veto.includes(c.id))
    .map((c) => editPrompt(rescoreCandidate(c, score[c.id] ?? {}, valued), edit[c.id] ?? c.prompt));
}

/** Replaces the prompt of a candidate. Its children are rewritten from the new one. */
export function editPrompt(candidate: Candidate, prompt: string): Candidate {
  if (prompt === candidate.prompt) return candidate;
  const history = [...candidate.lineage.history.filter((p) => p !== candidate.prompt), prompt];
  return { ...candidate, prompt, lineage: { ...candidate.lineage, history } };
}

/** Puts a person's points into the evaluation and computes the reward and the path's value again. */
function rescoreCandidate(
  candidate: Candidate,
  points: Record<string, number>,
  valued: { aggregate?: PathAggregation },
): Candidate {
  const scores = Object.entries(points).map(([name, score]) => [name, { rationale: 'scored by a person', score }]);
  if (scores.length === 0) return candidate;
  const evaluation: Evaluation = { ...candidate.evaluation, ...Object.fromEntries(scores) };
  const { response, missing: _, ...rest } = candidate;
  const draft = { ...rest, lineage: removeOwnReward(candidate) };
  const { weight } = candidate;
  return applyJudgement(draft, { response, evaluation, aspects: Object.keys(evaluation), weight }, valued);
}

/** Takes the candidate's own reward out of the sums of its path. */
function removeOwnReward({ depth, reward, lineage, weight = 1 }: Candidate): Lineage {
  if (depth === 0 || reward === null) return lineage;
  const { rewardTotal, rewardWeight, rankingTotal, rankingWeight } = lineage;
  return {
    ...lineage,
    rewardTotal: rewardTotal - weight * reward,
    rewardWeight: rewardWeight - weight,
    rankingTotal: rankingTotal - weight * reward,
    rankingWeight: rankingWeight - weight,
  };
}
