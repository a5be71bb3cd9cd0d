import type { RunnableConfig } from '@langchain/core/runnables';
import { failOnUnreadable } from '../../nodes/failOnUnreadable.ts';
import type { Nodes } from '../../nodes/index.ts';
import type { Config } from '../../run/config/loadConfig.ts';
import {
  askFreshQuery,
  selectFreshRewards,
  type FreshAnswer,
  type FreshQuery,
  type ProvenPrompt,
} from '../../run/prove/askFreshQuery.ts';
import { computeMean } from '../../statistics/computeMean.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { computeCrossedInterval } from '../../statistics/pairedInterval.ts';

/** An answer to a held-out query of the user's task, judged by the config's criteria and checks. */
export interface TaskRecord extends Omit<FreshAnswer, 'id'> {
  query: string;
}

/** What a row, or a method, is worth on the user's task: the mean reward, 1 to 5, with its 95 % interval. */
export interface TaskSummary {
  mean: number | null;
  interval: Interval | null;
  /** Answers that were judged, and those that are missing. */
  judged: number;
  missing: number;
}

/** What answers the queries of a task, and who judges. */
export interface TaskOptions {
  queries: readonly FreshQuery[];
  /** How the queries are answered. */
  asked: Omit<ProvenPrompt, 'id'>;
  /** Retrieves examples and answers. */
  nodes: Pick<Nodes, 'respond' | 'retrieveExamples'>;
  /** Selects the rewards and judges, the same for every row. */
  judging: Nodes;
  settings: Pick<Config, 'concurrency' | 'search'>;
  onRecord?: ((record: TaskRecord) => void) | undefined;
  config?: RunnableConfig | undefined;
}

/**
 * Has every query of a task answered and judged, several at the same time, in the order of the queries.
 * @throws SearchError if too many judgements cannot be used
 */
export async function runTask({
  queries,
  asked,
  nodes: { respond, retrieveExamples },
  judging,
  settings: { concurrency, search },
  onRecord,
  config,
}: TaskOptions): Promise<TaskRecord[]> {
  const { nodes, check } = failOnUnreadable({ ...judging, respond, retrieveExamples }, search.maxMissingShare);
  const records: TaskRecord[] = [];
  const queue = queries.entries();
  const work = async (): Promise<void> => {
    for (const [index, query] of queue) {
      const rewards = await selectFreshRewards(nodes, query, config);
      const { id: _, ...answer } = await askFreshQuery(nodes, query, { id: '', ...asked }, rewards, config);
      const record = { query: query.query, ...answer };
      records[index] = record;
      onRecord?.(record);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, queries.length) }, work));
  check(true);
  return records;
}

/** The rewards of answers by the place of their queries; an answer without a judgement is absent. */
export const mapTaskRewards = (records: readonly TaskRecord[]): Map<string, number> =>
  new Map(records.flatMap(({ reward }, i) => (reward === null ? [] : [[String(i), reward] as const])));

/** Sums up the answers of several searches to the same queries. */
export function summarizeTask(searches: readonly (readonly TaskRecord[])[]): TaskSummary {
  const rewards = searches.map((records) => records.map(({ reward }) => reward));
  const judged = rewards.flat().filter((reward) => reward !== null);
  const places = (rewards[0] ?? []).flatMap((_, i) => (rewards.every((row) => (row[i] ?? null) !== null) ? [i] : []));
  return {
    mean: computeMean(judged),
    interval: computeCrossedInterval(rewards.map((row) => places.flatMap((i) => row[i] ?? []))),
    judged: judged.length,
    missing: rewards.flat().length - judged.length,
  };
}
