import { basename } from 'node:path';
import type { Query } from '../../state/example.ts';
import type { QueryFacts } from './readQueries.ts';
import { STARTER_QUESTION } from './starterQuestion.ts';
import { formatValue } from './userError.ts';

/** Names under which data sets often keep an expected answer, without being fields that drpo knows. */
const ANSWER_NAMES =
  /^(?:output|response|completion|ideal|gold|target|label|solution|ground[\s_-]?truth|(?:expected|reference)[\s_-]?.*|(?:gold|golden|correct|right|ideal|best|target|model)[\s_-]?(?:answer|response|output|label))$/i;

/** Says in one sentence a fact what was read: how many queries, from where, a sample, and what nothing uses. */
export function describeData(
  { queries, found, duplicates, conflicts, hasEqualWeights, unused: beside }: QueryFacts,
  files: readonly string[],
): string {
  const heldOut = queries.filter((query) => query.heldOut).length;
  const expected = queries.filter((query) => query.expected !== undefined).length;
  const context = queries.filter((query) => query.context).length;
  const checked = queries.filter((query) => query.checks).length;
  const judged = queries.filter((query) => query.criteria).length;
  const starters = queries.filter(({ text }) => text.endsWith(STARTER_QUESTION)).length;
  const weights = queries.flatMap(({ weight }) => weight ?? []);
  const ignored = listIgnoredFields(queries);
  const unused = expected === 0 ? ignored.find((name) => ANSWER_NAMES.test(name)) : undefined;
  return [
    `Read ${count(queries.length, 'query', 'queries')}${found > queries.length ? ` of ${found}` : ''} from ${files.map((file) => basename(file)).join(', ')}, such as ${formatValue(queries[0]?.text)}.`,
    ...(starters > 0
      ? [
          `${count(starters, 'row')} of \`drpo init\` ${starters === 1 ? 'is' : 'are'} still there: put your questions in the place.`,
        ]
      : []),
    ...(expected > 0 ? [`${expected} with an expected answer.`] : []),
    ...(checked > 0 ? [`${checked} with checks of ${checked === 1 ? 'its' : 'their'} own.`] : []),
    ...(judged > 0 ? [`${judged} with criteria of ${judged === 1 ? 'its' : 'their'} own.`] : []),
    ...(context > 0 ? [`${context} at the end of a conversation.`] : []),
    ...(weights.length > 0
      ? [
          `Means over queries are weighted, from ${formatWeight(Math.min(...weights))} to ${formatWeight(Math.max(...weights))} with a mean of 1.`,
        ]
      : []),
    ...(heldOut > 0 ? [`${heldOut} held out for the proof.`] : []),
    ...(duplicates > 0
      ? [
          `${count(duplicates, 'duplicate')} left out${conflicts > 0 ? `, ${conflicts} that ${conflicts === 1 ? 'expects' : 'expect'} something else` : ''}.`,
        ]
      : []),
    ...(ignored.length > 0 ? [`Nothing uses ${ignored.map(toShownName).join(', ')}, kept as metadata.`] : []),
    ...(beside.length > 0 ? [`Nothing uses ${beside.join(', ')}, beside the list of queries.`] : []),
    ...(hasEqualWeights ? ['Nothing uses weight, because it is the same for all.'] : []),
    ...(unused === undefined ? [] : [`If ${unused} is the expected answer, set queries.fields.expected to it.`]),
  ].join(' ');
}

/** The name of a field; a column may have none. */
const toShownName = (name: string): string => name || '"" (a column without a name)';

const formatWeight = (weight: number): string => String(Number(weight.toPrecision(2)));

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** Names of the fields under `metadata`, in the order in which they come. */
const listIgnoredFields = (queries: readonly Query[]): string[] => [
  ...new Set(queries.flatMap(({ metadata = {} }) => Object.keys(metadata))),
];
