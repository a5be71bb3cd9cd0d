import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import { runAsStep } from '../graphs/evaluateCandidate.ts';
import { QueryDetails, type Query } from '../state/example.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import { computeReward } from '../state/judgement.ts';
import type { JudgeReliability } from './result.ts';
import type { Session } from './session.ts';

/**
 * Repeats some judgements of a run, evenly over its journal, each as a further sample of the same question.
 * Null if none is wanted or if it fails: the check must not end a run that is done.
 */
export async function measureJudgeReliability(
  { config, nodes, repeatJudge }: Pick<Session, 'config' | 'nodes' | 'repeatJudge'>,
  journal: () => readonly Hypothesis[],
  queries: readonly Query[],
  under: LangGraphRunnableConfig = {},
): Promise<JudgeReliability | null> {
  const wanted = config.judge.reliabilityChecks;
  if (wanted === 0 || config.rewards.mode === 'checks') return null; // a long journal is read only if it is needed
  const detailsByText = collectDetails(queries);
  const judged = journal().filter((n) => Object.keys(n.evaluation).length > 0 && detailsByText.has(n.query));
  // equal responses count once: their judgements are one request
  const distinct = new Map(judged.map((n) => [JSON.stringify([n.query, n.response]), n]));
  const chosen = pickEvenly([...distinct.values()], wanted);
  if (chosen.length === 0) return null;
  const judge = runAsStep<{ node: Hypothesis }, JudgementPair>('judgeReliability', async ({ node }, config) => {
    const { query, response, toolCalls, evaluation: before } = node;
    const { checks: _, ...details } = detailsByText.get(query) ?? {};
    const reads = { query, ...details, stage: 'prompt' as const };
    const { rewards, reasoning } = await nodes.selectRewards(reads, config);
    const { evaluation } = await repeatJudge(
      { ...reads, response, ...(toolCalls && { toolCalls }), rewards, reasoning },
      config,
    );
    return { before, evaluation };
  });
  try {
    return computeReliability(await Promise.all(chosen.map((node) => judge({ node }, under))));
  } catch {
    return null;
  }
}

/** What each query brings besides its text. A text that ends two conversations is left out: the journal does not say which. */
function collectDetails(queries: readonly Query[]): Map<string, QueryDetails> {
  const counts = new Map<string, number>();
  for (const { text } of queries) counts.set(text, (counts.get(text) ?? 0) + 1);
  return new Map(
    queries.filter((q) => counts.get(q.text) === 1 || !q.context).map((q) => [q.text, QueryDetails.parse(q)]),
  );
}

/** Picks items of a list, evenly spaced. */
const pickEvenly = <T>(list: readonly T[], wanted: number): T[] =>
  Array.from(
    { length: Math.min(wanted, list.length) },
    (_, i) => list.slice(Math.floor(((i + 0.5) * list.length) / Math.min(wanted, list.length)))[0],
  ).flatMap((one) => one ?? []);

type JudgementPair = { before: Hypothesis['evaluation']; evaluation: Hypothesis['evaluation'] };

function computeReliability(pairs: readonly JudgementPair[]): JudgeReliability {
  const read = pairs.filter(({ evaluation }) => Object.keys(evaluation).length > 0);
  const scores = read.flatMap(({ before, evaluation }) =>
    Object.entries(before).flatMap(([aspect, { score }]) => {
      const again = Object.hasOwn(evaluation, aspect) ? evaluation[aspect]?.score : undefined;
      return again === undefined ? [] : [score - again];
    }),
  );
  const rewards = read.flatMap(({ before, evaluation }) => {
    const repeated = Object.entries(before).filter(([aspect]) => Object.hasOwn(evaluation, aspect));
    const [one, other] = [computeReward(Object.fromEntries(repeated)), computeReward(evaluation)];
    return one === null || other === null ? [] : [one - other];
  });
  return {
    judgements: read.length,
    scores: scores.length,
    spread: computeDeviation(scores),
    rewardSpread: computeDeviation(rewards),
  };
}

/** The standard deviation of one measurement, from differences of two. */
const computeDeviation = (differences: readonly number[]): number | null =>
  differences.length === 0 ? null : Math.sqrt(differences.reduce((sum, d) => sum + d * d, 0) / differences.length / 2);
