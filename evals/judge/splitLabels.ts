import { UserError } from '../../run/config/userError.ts';
import { createMersenneTwister, shuffle } from '../../statistics/random.ts';
import { listGroups } from './clusterFigures.ts';
import type { LabelledResponse } from './labelledResponse.ts';

/** Fewer labelled queries leave too few on either half. */
const MIN_LABELLED_QUERIES = 12;

/** Labelled responses to search with, and those that the result is reported on. No query is in both. */
export interface LabelHalves {
  search: LabelledResponse[];
  report: LabelledResponse[];
}

/** Splits the responses that have a label with points into halves, by query and by a seeded draw. @throws UserError if there are too few */
export function splitLabels(responses: readonly LabelledResponse[], seed: number): LabelHalves {
  const labelled = responses
    .map((response) => ({ ...response, labels: response.labels.filter(({ points }) => points !== null) }))
    .filter(({ labels }) => labels.length > 0);
  const groups = shuffle(
    listGroups(labelled, ({ query }) => query),
    createMersenneTwister(seed),
  );
  if (groups.length < MIN_LABELLED_QUERIES)
    throw new UserError(
      `--optimize: expected labels of at least ${MIN_LABELLED_QUERIES} queries, which are split into halves, got ${groups.length}; add some`,
    );
  const half = Math.ceil(groups.length / 2);
  return { search: groups.slice(0, half).flat(), report: groups.slice(half).flat() };
}
