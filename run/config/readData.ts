import { pickFixedExamples } from '../../nodes/retrievers.ts';
import type { Example, Query } from '../../state/example.ts';
import type { Config } from './loadConfig.ts';
import { isPackageData } from './dataDefaults.ts';
import { readExamples, toStoredOrder } from './readExamples.ts';
import { UserError } from './userError.ts';
import { describeData } from './describeData.ts';
import { findQueryFaults } from './rewardFaults.ts';
import { readQueries } from './readQueries.ts';

/** Reads the queries and examples of a config's files. `onRead` gets what was read, in words. @throws UserError */
export async function readData(
  config: Config,
  onRead?: (description: string) => void,
): Promise<{ queries: Query[]; examples: Example[] }> {
  const { preset, queries, examples } = config;
  const read = await readQueries({ ...queries, keepDuplicates: preset === 'reference' }, (facts) =>
    onRead?.(
      describeData(facts, [...queries.files, ...(queries.heldOut ?? [])]) +
        describeUnusedTags(config, facts.queries) +
        describeSeeds(config),
    ),
  );
  const faults = findQueryFaults(config, read);
  if (faults.length > 0) throw new UserError(faults);
  if (examples.from === 'queries') return { queries: read, examples: collectExamples(read) };
  return { queries: read, examples: examples.file === undefined ? [] : await readExamples(examples.file) };
}

/**
 * Reads what a run is made of. If stage 1 rewrites examples and all queries get the same few, it has no others, which would be
 * rewritten in vain. Examples made of queries all stay, as no query gets its own. @throws UserError
 */
export async function readRunData(...[config, onRead]: Parameters<typeof readData>): ReturnType<typeof readData> {
  const data = await readData(config, onRead);
  const { rewrite, choose, k, from } = config.examples;
  if (!rewrite || choose !== 'fixed' || from === 'queries') return data;
  const chosen = new Set(pickFixedExamples(data.examples, k));
  return { ...data, examples: data.examples.filter((example) => chosen.has(example)) };
}

const describeUnusedTags = ({ final }: Config, queries: readonly Query[]): string =>
  !final && queries.some(({ tags }) => tags) ? ' Nothing uses tags without a final.' : '';

/** Reads the examples of a config alone; its queries too only if the examples come from them. @throws UserError */
export async function readConfigExamples(config: Config): Promise<Example[]> {
  const { from, file } = config.examples;
  if (from === 'queries') return (await readData(config)).examples;
  return file === undefined ? [] : readExamples(file);
}

/** Says that a run on own queries shows the examples of this package, as a config with `examples.k` alone asks for. */
const describeSeeds = ({ queries, examples }: Config): string =>
  examples.file !== undefined && isPackageData(examples.file) && !queries.files.every(isPackageData)
    ? ' Its examples are those of drpo; set examples.file or examples.from to show your own.'
    : '';

/** The training queries that have an expected answer, as examples. Those that end a conversation are none. @throws UserError if there is none */
function collectExamples(queries: readonly Query[]): Example[] {
  const examples = queries.flatMap(({ text, expected, context, heldOut }) =>
    expected === undefined || context || heldOut ? [] : [{ query: text, answer: expected }],
  );
  if (examples.length > 0) return toStoredOrder(examples);
  throw new UserError(
    'examples.from: expected training queries with an expected answer, got none; add the field "expected" or give examples.file',
  );
}
