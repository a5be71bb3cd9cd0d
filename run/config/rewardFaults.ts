import type { Check } from '../../state/check.ts';
import { toCheckName } from '../../state/toCheckName.ts';
import { normalizeAspectName } from '../../state/aspects.ts';
import type { Criterion } from '../../state/criterion.ts';
import type { Query } from '../../state/example.ts';

interface RewardSettings {
  preset?: 'default' | 'reference';
  rewards: { mode: 'dynamic' | 'static' | 'checks'; criteria: readonly Criterion[]; checks: readonly Check[] };
  judge: {
    samples: number;
    panel: readonly unknown[];
    method?: 'points' | 'checklist';
    tone?: 'stern' | 'lenient';
    scoring?: 'points' | 'expected';
    remarks?: 'always' | 'when-rewritten';
    instructions?: object;
  };
  models?: { proofJudge?: object };
}

/** Says which criteria and checks of a config cannot count, one line each. */
export function findRewardFaults({ rewards: { mode, criteria }, judge, models, preset }: RewardSettings): string[] {
  const names = criteria.map((one) => (typeof one === 'string' ? one : one.name));
  const twice = names.filter((name, i) => names.findIndex((other) => isSameName(other, name)) < i);
  const constant = criteria.filter((one) => typeof one !== 'string' && one.always !== undefined);
  return [
    ...twice.map((name) => `rewards.criteria: expected each name once, got "${name}" twice`),
    ...(mode === 'checks' && criteria.length > 0
      ? [
          'rewards.criteria: expected none, because rewards.mode "checks" asks no judge; use "dynamic" or "static", or leave them out',
        ]
      : []),
    ...(mode === 'checks' && judge.samples > 1 ? [`judge.samples: expected 1, ${NO_JUDGE}, got ${judge.samples}`] : []),
    ...(mode === 'checks' && judge.panel.length > 0
      ? [`judge.panel: expected no judge, ${NO_JUDGE}, got ${judge.panel.length}; leave it out`]
      : []),
    ...(mode === 'checks' && models?.proofJudge !== undefined
      ? [`models.proofJudge: expected no judge, ${NO_JUDGE}; leave it out`]
      : []),
    ...(mode === 'checks' && judge.method === 'checklist'
      ? [`judge.method: expected "points", ${NO_JUDGE}, got "checklist"`]
      : []),
    ...(mode === 'checks' && judge.tone === 'lenient'
      ? [`judge.tone: expected "stern", ${NO_JUDGE}, got "lenient"`]
      : []),
    ...(preset === 'reference' && judge.method === 'checklist'
      ? ['judge.method: expected "points", the only one of the preset "reference", got "checklist"']
      : []),
    ...findScoringFaults({ mode, judge, preset }),
    ...(judge.tone === 'lenient' && judge.instructions !== undefined
      ? ['judge.tone: expected "stern" beside judge.instructions, whose text takes its place, got "lenient"']
      : []),
    ...(mode === 'checks' && judge.instructions !== undefined
      ? [`judge.instructions: expected nothing, ${NO_JUDGE}; leave it out`]
      : []),
    ...(mode === 'static' && constant.length > 0
      ? [
          'rewards.criteria: expected no "always", because in rewards.mode "static" all criteria count on every query; leave it out',
        ]
      : []),
  ];
}

/** Says why scores cannot be the means over odds, or come without remarks. */
function findScoringFaults({
  mode,
  judge: { method, scoring, remarks },
  preset,
}: Pick<RewardSettings, 'judge'> & { mode: string; preset: string | undefined }): string[] {
  const needsPoints =
    preset === 'reference'
      ? 'the only one of the preset "reference"'
      : method === 'checklist'
        ? 'because judge.method "checklist" asks for no points'
        : mode === 'checks'
          ? NO_JUDGE
          : undefined;
  if (scoring === 'expected' && needsPoints !== undefined)
    return [`judge.scoring: expected "points", ${needsPoints}, got "expected"`];
  if (remarks !== 'when-rewritten' || scoring === 'expected') return [];
  const [why, advice] = needsPoints
    ? [needsPoints, '']
    : ['because the points of judge.scoring "points" come with their remarks', '; set judge.scoring to "expected" too'];
  return [`judge.remarks: expected "always", ${why}, got "when-rewritten"${advice}`];
}

const NO_JUDGE = 'because rewards.mode "checks" asks none';

/** Says which checks, criteria and weights of these queries cannot count, one line each. */
export function findQueryFaults(
  { rewards: { mode, checks }, ...config }: Pick<RewardSettings, 'rewards'> & WeightUse,
  queries: readonly Query[],
): string[] {
  const isAnyExpected = queries.some(({ expected }) => expected !== undefined);
  const unable = isAnyExpected ? [] : checks.filter(isAboutExpected);
  const without = mode === 'checks' ? queries.filter((query) => !isChecked(query, checks)) : [];
  const judged = mode === 'checks' ? queries.find((query) => query.criteria?.length) : undefined;
  const powerless = queries.flatMap(({ text, expected, checks: own = [] }) =>
    expected === undefined ? own.filter(isAboutExpected).map((check) => ({ text, check })) : [],
  );
  return [
    ...findWeightFaults(config, queries),
    ...(judged
      ? [`queries: expected no criteria, ${NO_JUDGE}, got some for ${shorten(judged.text)}; leave them out`]
      : []),
    ...powerless
      .slice(0, 1)
      .map(
        ({ text, check }) =>
          `queries: expected an expected answer beside the check "${toCheckName(check)}", got none for ${shorten(text)}; add the field "expected", or give the check a value`,
      ),
    ...unable.map(
      (check) =>
        `rewards.checks: expected queries with an expected answer for "${toCheckName(check)}", got none; add the field "expected", or give the check a value`,
    ),
    ...(unable.length === 0 && without[0]
      ? [
          `rewards.mode: expected a check for every query, got none for ${without.length} of ${queries.length}, such as ${shorten(without[0].text)}; add rewards.checks, or "checks" to these queries`,
        ]
      : []),
  ];
}

/** What of a config decides whether means over queries are taken. */
interface WeightUse {
  preset: string;
  search: { beamWidth: number; rankBy: string };
  final?: object | null | undefined;
}

function findWeightFaults({ preset, search, final }: WeightUse, queries: readonly Query[]): string[] {
  const weighted = queries.find(({ weight }) => weight !== undefined);
  const isMeanless = search.beamWidth === 1 && search.rankBy === 'value' && final === null;
  if (!weighted || (preset !== 'reference' && !isMeanless)) return [];
  const why =
    preset === 'reference'
      ? 'the preset "reference" counts all queries alike'
      : 'a beam of 1 that search.rankBy "value" ranks takes no mean over queries, nor does final: null';
  return [
    `queries: expected no weight, because ${why}, got some, such as for ${shorten(weighted.text)}; leave them out, or list the field in queries.fields.metadata`,
  ];
}

const shorten = (text: string): string => JSON.stringify(text.slice(0, 60));

const isChecked = ({ checks: own = [], expected }: Query, checks: readonly Check[]): boolean =>
  [...checks, ...own].some((check) => expected !== undefined || !isAboutExpected(check));

/** Whether a check can only decide where an answer is expected. A group decides if one of its checks does. */
export const isAboutExpected = (check: Check): boolean =>
  check.type === 'group'
    ? check.checks.every(isAboutExpected)
    : (check.type === 'similarity' || check.type === 'equals' || check.type === 'contains') &&
      check.value === undefined;

const isSameName = (a: string, b: string): boolean => normalizeAspectName(a) === normalizeAspectName(b);
