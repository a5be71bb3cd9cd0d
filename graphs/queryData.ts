import { QueryDetails, toQuery, type Example, type QueryInput } from '../state/example.ts';
import type { RewardSelection } from '../state/reward.ts';

/** What a search holds about its queries. Every index counts from 0 in the order of the run. */
export interface QueryData {
  queries: readonly QueryInput[];
  examples: readonly Example[];
  /** For each query the indices of its K examples. */
  exampleIndices: readonly (readonly number[])[];
  selectedRewards: readonly RewardSelection[];
}

/** A query with its index, its K examples and, if they are known, its rewards. */
export interface ScheduledQuery {
  query: string;
  details: QueryDetails;
  index: number;
  examples: Example[];
  rewardSelection: RewardSelection | null;
}

/** Collects what is known of one query. @throws Error if there is no query at this index */
export const getScheduledQuery = (data: QueryData, index: number): ScheduledQuery => ({
  index,
  query: getQueryText(data, index),
  details: getQueryDetails(data, index),
  examples: pickExamples(data, index),
  rewardSelection: data.selectedRewards.find((selection) => selection.index === index) ?? null,
});

/** Returns the examples that were retrieved for one query, most similar first. */
export const pickExamples = (
  { exampleIndices, examples }: Pick<QueryData, 'exampleIndices' | 'examples'>,
  index: number,
): Example[] => (exampleIndices[index] ?? []).flatMap((i) => examples[i] ?? []);

/** Returns what one query brings besides its text; nothing if there is no query at this index. */
export function getQueryDetails({ queries }: Pick<QueryData, 'queries'>, index: number): QueryDetails {
  const query = queries[index];
  return query === undefined ? {} : QueryDetails.parse(toQuery(query));
}

/** Returns the text of one query. @throws Error if there is no query at this index */
export function getQueryText({ queries }: Pick<QueryData, 'queries'>, index: number): string {
  const query = queries[index];
  if (query === undefined)
    throw new Error(`queries: expected more than ${index}, found ${queries.length}; add queries to the run`);
  return toQuery(query).text;
}
