import type { Example, Query } from '../../state/example.ts';
import type { Config } from './loadConfig.ts';
import { readExamples } from './readExamples.ts';
import { readQueries, type QueryFacts } from './readQueries.ts';

/** Reads the queries and examples of a config's files. `onRead` gets what was read. @throws UserError */
export async function readData(
  { preset, queries, examples }: Config,
  onRead?: (facts: QueryFacts) => void,
): Promise<{ queries: Query[]; examples: Example[] }> {
  const [q, e] = await Promise.all([
    readQueries({ ...queries, keepDuplicates: preset === 'reference' }, onRead),
    examples.file === undefined ? [] : readExamples(examples.file),
  ]);
  return { queries: q, examples: e };
}
