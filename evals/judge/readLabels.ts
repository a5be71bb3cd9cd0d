import { resolve } from 'node:path';
import { readPoints } from '../../prompts/readPoints.ts';
import { parseQuery } from '../../run/config/parseQuery.ts';
import { readRows, type DataRow } from '../../run/config/readRows.ts';
import { formatValue, UserError } from '../../run/config/userError.ts';
import { ASPECTS, normalizeAspectName, resolveReward } from '../../state/aspects.ts';
import { OwnCriterion, toReward, type Criterion } from '../../state/criterion.ts';
import { findNearName } from '../../state/findNearName.ts';
import type { Reward } from '../../state/reward.ts';
import { listModeAspects } from '../justEval/justEvalAspects.ts';
import { parseRecords } from '../justEval/records.ts';
import type { LabelledResponse } from './labelledResponse.ts';

/** The labels of a file, by response, and what the judge is asked. */
export interface LabelSet {
  responses: LabelledResponse[];
  /** The criteria of the labels. */
  rewards: Reward[];
  /** What a reader should know of the file, a sentence each. */
  notes: string[];
}

/** A row of the file: a label, or why it is none. */
type ParsedRow =
  | { place: string; of: Omit<LabelledResponse, 'labels'>; criterion: string; points: number | null; unused: string[] }
  | { leftOut: 'without a response' | 'without points that can be read' | 'that say "not applicable"' };

const FLAG = '--labels';

/**
 * Reads a file of labels: rows of `query`, `response`, `criterion` and `score`, or just-eval's records. A row without a score asks
 * for the judge's points alone. `criteria`: those of the config, which say what a label's criterion means.
 * @throws UserError that names the row
 */
export async function readLabels(file: string, criteria: readonly Criterion[] = []): Promise<LabelSet> {
  const rows: DataRow[] = [];
  for await (const row of readRows(resolve(file), { key: FLAG })) rows.push(row);
  const records = rows.filter(({ value }) => isJustEvalRecord(value));
  const parsed = [
    ...rows.filter(({ value }) => !isJustEvalRecord(value)).map(parseLabelRow),
    ...(records.length ? parseJustEvalRows(records) : []),
  ];
  const labels = parsed.flatMap((row) => ('leftOut' in row ? [] : [row]));
  if (!labels.some(({ points }) => points !== null))
    throw new UserError(`${FLAG}: expected at least one row with a score of 1 to 5, got none in ${file}`);
  const finder = createRewardFinder(criteria);
  const byResponse = new Map<string, LabelledResponse>();
  for (const { place, of, criterion, points } of labels) {
    const key = JSON.stringify([of.context, of.expected, of.query, of.response]);
    const response = byResponse.get(key) ?? { ...of, labels: [] };
    response.labels.push({ criterion: finder.find(criterion, place), points });
    byResponse.set(key, response);
  }
  const responses = [...byResponse.values()];
  requireLabelledCriteria(responses);
  return { responses, rewards: finder.rewards, notes: [...listRowNotes(parsed), ...finder.notes] };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isJustEvalRecord = (value: unknown): value is object =>
  isObject(value) &&
  !Object.hasOwn(value, 'criterion') &&
  (Object.hasOwn(value, 'result') || Object.hasOwn(value, 'parsed_result'));

/** A field in any case; null and empty cells are absent. */
const findField = (record: object, name: string): [string, unknown] | undefined =>
  Object.entries(record).find(([key, value]) => key.trim().toLowerCase() === name && value !== null && value !== '');

/** Fields that a query does not have. */
const LABEL_FIELDS: readonly string[] = ['criterion', 'response', 'score'];
/** Fields of a query that change nothing here. */
const UNUSED_QUERY_FIELDS = ['criteria', 'checks', 'tags', 'heldOut'] as const;

function parseLabelRow({ value, place }: DataRow): ParsedRow {
  if (!isObject(value))
    throw new UserError(
      `${place}: expected an object with query, response, criterion and score, got ${formatValue(value)}`,
    );
  const [criterion, response, score] = LABEL_FIELDS.map((name) => findField(value, name));
  const rest = Object.entries(value).filter(([key]) => !LABEL_FIELDS.includes(key.trim().toLowerCase()));
  const name = criterion?.[1];
  if (typeof name !== 'string') throw createFieldFault(place, 'criterion, such as Helpfulness,', name, value);
  if (response === undefined && !hasKey(value, 'response')) throw createFieldFault(place, 'response', undefined, value);
  const text = response?.[1] ?? '';
  if (typeof text !== 'string') throw createFieldFault(place, 'response', text, value);
  const points = score === undefined ? undefined : readPoints(score[1]);
  if (score !== undefined && points === undefined)
    throw new UserError(
      `${place}: expected a score of 1 to 5, got ${formatValue(score[1])}; convert other scales, leave the score out if there is none`,
    );
  const query = parseQuery(Object.fromEntries(rest), place);
  if (text.trim() === '') return { leftOut: 'without a response' };
  if (points === null) return { leftOut: 'that say "not applicable"' };
  return {
    place,
    of: { ...pickDetails(query), query: query.text, response: text },
    criterion: name.trim(),
    points: points ?? null,
    unused: [...Object.keys(query.metadata ?? {}), ...UNUSED_QUERY_FIELDS.filter((key) => query[key] !== undefined)],
  };
}

const hasKey = (record: object, name: string): boolean =>
  Object.keys(record).some((key) => key.trim().toLowerCase() === name);

const createFieldFault = (place: string, field: string, found: unknown, record: object): UserError =>
  new UserError(
    `${place}: expected a field ${field} as a text, got ${found === undefined ? Object.keys(record).join(', ') || 'no field' : formatValue(found)}; labels have query, response, criterion and score`,
  );

const pickDetails = ({
  context,
  expected,
}: ReturnType<typeof parseQuery>): Pick<LabelledResponse, 'context' | 'expected'> => ({
  ...(context && { context }),
  ...(expected !== undefined && { expected }),
});

/** just-eval's records: a label for each aspect. A record without a result asks for the judge's points alone. */
function parseJustEvalRows(rows: readonly DataRow[]): ParsedRow[] {
  const records = parseRecords(JSON.stringify(rows.map(({ value }) => value)));
  return records.flatMap(({ scored, context }, i): ParsedRow[] => {
    const { value, place } = rows[i] ?? { value: {}, place: '' };
    const { instruction: query, output: response } = context;
    if (query.trim() === '')
      throw new UserError(`${place}: expected a record with an instruction and an output, got no instruction`);
    const isJudged = ['result', 'parsed_result'].some((name) => isObject(value) && findField(value, name));
    if (response.trim() === '') return [{ leftOut: 'without a response' }];
    const aspects = new Set([
      ...listModeAspects(scored.mode),
      ...(scored.points.safety === undefined ? [] : ['safety' as const]),
    ]);
    return [...aspects].map((criterion): ParsedRow => {
      if (scored.notApplicable.includes(criterion)) return { leftOut: 'that say "not applicable"' };
      const points = scored.points[criterion];
      if (isJudged && points === undefined) return { leftOut: 'without points that can be read' };
      return { place, of: { query, response }, criterion, points: points ?? null, unused: [] };
    });
  });
}

/** Finds what a label's criterion means: a criterion of the config, one of the fourteen aspects, or its name alone. */
function createRewardFinder(criteria: readonly Criterion[]): {
  find: (name: string, place: string) => string;
  rewards: Reward[];
  notes: string[];
} {
  const own = criteria.filter((one) => typeof one !== 'string');
  const known = [...own.map(({ name }) => name), ...ASPECTS.map(({ name }) => name)];
  const found = new Map<string, Reward>();
  const [rewards, notes]: [Reward[], string[]] = [[], []];
  const resolveName = (name: string, place: string): Reward => {
    const criterion = own.find((one) => normalizeAspectName(one.name) === normalizeAspectName(name));
    if (criterion) return toReward(criterion);
    if (known.some((one) => normalizeAspectName(one) === normalizeAspectName(name))) return resolveReward(name);
    const near = findNearName(name, known);
    if (near !== undefined)
      throw new UserError(
        `${place}: expected a criterion of the config or one of the fourteen aspects, got "${name}". Did you mean ${near}? If not, describe it in rewards.criteria`,
      );
    if (!OwnCriterion.safeParse({ name, description: name }).success)
      throw new UserError(`${place}: expected a criterion with a short name on one line, got ${formatValue(name)}`);
    notes.push(`The judge knows "${name}" by its name alone: describe it in rewards.criteria.`);
    return resolveReward(name);
  };
  const find = (name: string, place: string): string => {
    const key = normalizeAspectName(name) || name;
    const reward = found.get(key) ?? resolveName(name, place);
    if (!found.has(key)) rewards.push(reward);
    found.set(key, reward);
    return reward.name;
  };
  return { find, rewards, notes };
}

/** Points without a label are corrected by the bias on the same criterion. @throws UserError if a criterion has no label at all */
function requireLabelledCriteria(responses: readonly LabelledResponse[]): void {
  const labels = responses.flatMap((response) => response.labels);
  const labelled = new Set(labels.flatMap(({ criterion, points }) => (points === null ? [] : [criterion])));
  const bare = labels.find(({ criterion }) => !labelled.has(criterion));
  if (bare)
    throw new UserError(
      `${FLAG}: expected a row with a score for every criterion, got none for ${bare.criterion}; add some, or leave this criterion out`,
    );
}

function listRowNotes(rows: readonly ParsedRow[]): string[] {
  const reasons = rows.flatMap((row) => ('leftOut' in row ? [row.leftOut] : []));
  const unused = new Set(rows.flatMap((row) => ('leftOut' in row ? [] : row.unused)));
  return [
    ...[...new Set(reasons)].map(
      (reason) => `Labels ${reason}: ${reasons.filter((other) => other === reason).length}. They are left out.`,
    ),
    ...(unused.size ? [`Fields that nothing uses: ${[...unused].join(', ')}.`] : []),
  ];
}
