import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import { findKeepReason, toRewriteInput } from '../../graphs/beam/children.ts';
import { retrieveExampleIndices } from '../../graphs/beam/retrieveExampleIndices.ts';
import { explainCandidate } from '../../graphs/explainCandidate.ts';
import {
  evaluatePrompt,
  selectQueryRewards,
  withReasonsToExplain,
  type EvaluationInput,
  type EvaluationResult,
} from '../../graphs/evaluateCandidate.ts';
import { countSearchQueries } from '../../graphs/final/heldOutQueries.ts';
import { getScheduledQuery, type ScheduledQuery } from '../../graphs/queryData.ts';
import type { ResolvedSearchOptions } from '../../graphs/searchOptions.ts';
import type { Judge, Nodes } from '../../nodes/index.ts';
import type { Example, Query, QueryInput } from '../../state/example.ts';
import { applyJudgement, makeRootDraft, type Candidate } from '../../state/hypothesis.ts';
import { computeReward, isPerfect } from '../../state/judgement.ts';

/** Queries that every prompt of a probe answers, rewrites that are wanted, and judgements that are repeated. */
export const PROBE_SIZE = { queries: 3, rewrites: 3, repeats: 2 };
/** Requests for rewrites at most, until there are enough that the guards accept. */
const MAX_REWRITE_REQUESTS = 3;

/** What a probe saw. */
export interface ProbeObservations {
  /** Rewards in points, prompt by prompt and query by query. The first prompt leads. Null: missing. */
  rewards: (number | null)[][];
  /** Rewards of one response that was judged twice. */
  repeats: [number, number][];
  /** Answers that were judged, and those with full marks. */
  judged: number;
  perfect: number;
  /** Rewrites that were asked for, and why some were rejected. */
  asked: number;
  rejected: Record<string, number>;
}

/** The nodes that a probe asks. `repeatJudge` is null if no model judges. */
export interface ProbeNodes {
  nodes: Nodes;
  repeatJudge: Judge | null;
}

type Judged = EvaluationInput & EvaluationResult;

/** Counts the queries that a probe asks, 1 to 3: those of the search come first. */
export const countProbeQueries = (queries: readonly QueryInput[], options: ResolvedSearchOptions): number =>
  Math.max(1, Math.min(PROBE_SIZE.queries, countSearchQueries(queries, options)));

/** Asks the first prompt and three rewrites the first queries of a search, as the search would, and has some answers judged twice. */
export async function askProbe(
  { nodes, repeatJudge }: ProbeNodes,
  data: { queries: readonly Query[]; examples: Example[] },
  options: ResolvedSearchOptions,
): Promise<ProbeObservations> {
  const config: LangGraphRunnableConfig = {};
  const { queries } = await nodes.sampleQueries(data, config);
  const exampleIndices = await retrieveExampleIndices(nodes, { queries, examples: data.examples }, options, config);
  const scheduled = await Promise.all(
    queries.slice(0, countProbeQueries(queries, options)).map(async (_, index): Promise<ScheduledQuery> => {
      const query = getScheduledQuery({ queries, exampleIndices, examples: data.examples, selectedRewards: [] }, index);
      return { ...query, rewardSelection: await selectQueryRewards(nodes, query, config) };
    }),
  );
  const evaluate = evaluatePrompt<EvaluationInput, Judged>(nodes, (judged) => judged);
  const answer = (prompt: string): Promise<Judged[]> =>
    Promise.all(scheduled.map((query) => evaluate({ ...query, prompt }, config)));
  const first = await answer(options.initialPrompt);
  const { prompts, asked, rejected } = await requestRewrites(nodes, first, options);
  const all = [first, ...(await Promise.all(prompts.map(answer)))];
  const answers = all.flat().filter(({ evaluation }) => Object.keys(evaluation).length > 0);
  return {
    rewards: all.map((row) => row.map(({ evaluation }) => computeReward(evaluation))),
    repeats: repeatJudge ? await repeatJudgements(repeatJudge, answers) : [],
    judged: answers.length,
    perfect: answers.filter(({ evaluation }) => isPerfect(evaluation)).length,
    asked,
    rejected,
  };
}

/** Has the first prompt rewritten until there are three usable rewrites: on the query and with the remarks that the search would take. */
async function requestRewrites(
  nodes: Nodes,
  first: readonly Judged[],
  options: ResolvedSearchOptions,
): Promise<{ prompts: string[]; asked: number; rejected: Record<string, number> }> {
  const judged = first.filter(({ evaluation }) => Object.keys(evaluation).length > 0);
  const candidates = judged.map((one) => withReasonsToExplain(toCandidate(one, options), one, nodes));
  const isKept = (one: Candidate): boolean => findKeepReason(one, options) !== null;
  // what the search would keep comes last, the worse answer first
  const ordered = candidates.toSorted(
    (a, b) => Number(isKept(a)) - Number(isKept(b)) || (isKept(a) ? (a.reward ?? 0) - (b.reward ?? 0) : 0),
  );
  const prompts = new Set<string>();
  const rejected: Record<string, number> = {};
  let asked = 0;
  for (const candidate of ordered.slice(0, MAX_REWRITE_REQUESTS)) {
    if (prompts.size >= PROBE_SIZE.rewrites) break;
    const explained = await explainCandidate(nodes, candidate, {});
    const found = await nodes.rewriteSystemPrompt(toRewriteInput(explained, options.actions), {});
    asked += options.actions;
    for (const { reason } of found.rejected) rejected[reason] = (rejected[reason] ?? 0) + 1;
    for (const prompt of found.prompts)
      if (prompts.has(prompt)) rejected['duplicate'] = (rejected['duplicate'] ?? 0) + 1;
      else prompts.add(prompt);
  }
  return { prompts: [...prompts].slice(0, PROBE_SIZE.rewrites), asked, rejected };
}

const toCandidate = (judged: Judged, options: ResolvedSearchOptions): Candidate =>
  applyJudgement(
    makeRootDraft(judged.prompt, judged.query),
    { ...judged, aspects: judged.rewardSelection.rewards.map(({ name }) => name) },
    options,
  );

/** Has some answers judged again, each as a further sample of the same question, evenly over the prompts. */
async function repeatJudgements(judge: Judge, answers: readonly Judged[]): Promise<[number, number][]> {
  const distinct = [...new Map(answers.map((one) => [JSON.stringify([one.query, one.response]), one])).values()];
  const count = Math.min(PROBE_SIZE.repeats, distinct.length);
  const chosen = Array.from({ length: count }, (_, i) => distinct[Math.floor(((i + 0.5) * distinct.length) / count)]);
  const pairs = await Promise.all(
    chosen
      .flatMap((one) => (one ? [one] : []))
      .map(async ({ query, details, response, rewardSelection, evaluation }) => {
        const { rewards, reasoning } = rewardSelection;
        const again = await judge({ query, ...details, response, rewards, reasoning, stage: 'prompt' }, {});
        return [computeReward(evaluation), computeReward(again.evaluation)] as const;
      }),
  );
  return pairs.flatMap(([one, other]) => (one === null || other === null ? [] : [[one, other] as [number, number]]));
}
