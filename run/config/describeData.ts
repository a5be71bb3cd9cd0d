import { basename } from 'node:path';
import type { Query } from '../../state/example.ts';
import type { QueryFacts } from './readQueries.ts';
import { formatValue } from './userError.ts';

/** Names under which data sets often keep an expected answer, without being fields that drpo knows. */
const ANSWER_NAMES =
  /^(?:output|response|completion|ideal|target|label|solution|ground_?truth|(?:expected|reference)_.*)$/i;

/** Says in one sentence a fact what was read: how many queries, from where, a sample, and what nothing uses. */
export function describeData({ queries, found, duplicates, conflicts }: QueryFacts, files: readonly string[]): string {
  const heldOut = queries.filter((query) => query.heldOut).length;
  const expected = queries.filter((query) => query.expected !== undefined).length;
  const context = queries.filter((query) => query.context).length;
  const ignored = listIgnoredFields(queries);
  const unused = expected === 0 ? ignored.find((name) => ANSWER_NAMES.test(name)) : undefined;
  return [
    `Read ${count(queries.length, 'query', 'queries')}${found > queries.length ? ` of ${found}` : ''} from ${files.map((file) => basename(file)).join(', ')}, such as ${formatValue(queries[0]?.text)}.`,
    ...(expected > 0 ? [`${expected} with an expected answer.`] : []),
    ...(context > 0 ? [`${context} at the end of a conversation.`] : []),
    ...(heldOut > 0 ? [`${heldOut} held out for the proof.`] : []),
    ...(duplicates > 0
      ? [
          `${count(duplicates, 'duplicate')} left out${conflicts > 0 ? `, ${conflicts} with another expected answer` : ''}.`,
        ]
      : []),
    ...(ignored.length > 0 ? [`Nothing uses ${ignored.join(', ')}, kept as metadata.`] : []),
    ...(unused === undefined ? [] : [`If ${unused} is the expected answer, set queries.fields.expected to it.`]),
  ].join(' ');
}

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** Names of the fields under `metadata`, in the order in which they come. */
const listIgnoredFields = (queries: readonly Query[]): string[] => [
  ...new Set(queries.flatMap(({ metadata = {} }) => Object.keys(metadata))),
];
