import type { Hypothesis } from '../state/hypothesis.ts';
import { countUsual, findMode, groupItems, type AspectValue } from './countUsual.ts';
import type { RunWarning } from './runWarning.ts';

/** Judgements, and queries among them, from which on a judge is assessed. */
export const MIN_JUDGEMENTS_TO_WARN = 6;
const MIN_QUERIES_TO_WARN = 3;
/** Levels with several answers from which on their ties are assessed. */
const MIN_LEVELS_TO_WARN = 5;
/** The share of judgements, or of levels, from which on they count as nearly all. */
const NEARLY_ALL = 0.9;
/** Characters of a remark that are quoted. */
const MAX_QUOTED_CHARACTERS = 60;

const ADVICE =
  'Use a stronger judge (--judge MODEL), set judge.samples, or give criteria with a scale; if the answers are that good, use harder queries.';

/** Lists the signs that a judge measures nothing: points or remarks that are nearly all the same, and levels on which all tie. */
export function listJudgeWarnings(nodes: readonly Hypothesis[]): RunWarning[] {
  const judged = listDistinctJudgements(nodes.map(withoutChecks));
  if (judged.length < MIN_JUDGEMENTS_TO_WARN || new Set(judged.map((n) => n.query)).size < MIN_QUERIES_TO_WARN)
    return [];
  return [...(warnOfPoints(judged) ?? warnOfTies(judged)), ...warnOfRemarks(judged)];
}

/** A node without the points of checks, which no judge gave. A judge of the user's own may name its aspects as it likes. */
function withoutChecks(node: Hypothesis): Hypothesis {
  const judged = Object.entries(node.evaluation).filter(([aspect]) => node.aspects.includes(aspect));
  return judged.length === 0 && node.aspects.length > 0 ? node : { ...node, evaluation: Object.fromEntries(judged) };
}

/** Equal answers to a query have one judgement. */
const listDistinctJudgements = (nodes: readonly Hypothesis[]): Hypothesis[] => [
  ...new Map(
    nodes
      .filter((n) => Object.keys(n.evaluation).length > 0)
      .map((n) => [JSON.stringify([n.query, n.response]), n] as const),
  ).values(),
];

/** Means over the odds of a digit differ by this much even if the judge writes the same digit about everything. */
const JITTER_POINTS = 0.1;

/** The score that stands for each score, with one decimal: the lowest of those that differ from it by jitter alone. */
function mergeJitter(scores: readonly number[]): Map<number, string> {
  let lowest = NaN;
  return new Map(
    [...new Set(scores)]
      .toSorted((a, b) => a - b)
      .map((score) => {
        if (!(score - lowest <= JITTER_POINTS)) lowest = score;
        return [score, String(Math.round(lowest * 10) / 10)];
      }),
  );
}

/** Null: the points differ. */
function warnOfPoints(judged: readonly Hypothesis[]): RunWarning[] | null {
  const merged = mergeJitter(judged.flatMap((n) => Object.values(n.evaluation).map(({ score }) => score)));
  const points = judged.map((n) => toValues(n, ({ score }) => merged.get(score) ?? ''));
  const usual = countUsual(points);
  if (usual < NEARLY_ALL * judged.length) return null;
  const same = points.flat().every(({ value }) => value === points[0]?.[0]?.value);
  const what = same ? `${findMode(points.flat())} of 5 for everything` : 'the same points for each aspect';
  const text = `The judge measures nothing: ${usual} of ${judged.length} judgements give ${what}, so no answer is told from another. ${ADVICE}`;
  return [{ code: 'judge-constant', text }];
}

function warnOfTies(judged: readonly Hypothesis[]): RunWarning[] {
  const levels = groupItems(judged, ({ depth, query }) => JSON.stringify([depth, query]));
  const compared = [...levels.values()].filter((level) => level.length > 1);
  const tied = compared.filter((level) => level.every(({ reward }) => reward === level[0]?.reward));
  if (compared.length < MIN_LEVELS_TO_WARN || tied.length < NEARLY_ALL * compared.length) return [];
  const text = `All candidates tie on ${tied.length} of ${compared.length} levels, so their order decides who survives and not the judge. ${ADVICE}`;
  return [{ code: 'judge-ties', text }];
}

function warnOfRemarks(judged: readonly Hypothesis[]): RunWarning[] {
  const remarks = judged
    .map((n) => toValues(n, ({ rationale }) => normalizeRemark(rationale)).filter(({ value }) => value !== ''))
    .filter((values) => values.length > 0);
  const usual = countUsual(remarks);
  if (remarks.length < MIN_JUDGEMENTS_TO_WARN || usual < NEARLY_ALL * remarks.length) return [];
  const quoted = JSON.stringify(findMode(remarks.flat()).slice(0, MAX_QUOTED_CHARACTERS));
  const text = `The judge's remarks are the same in ${usual} of ${remarks.length} judgements, such as ${quoted}, so the optimizer learns nothing from them. Use a stronger judge (--judge MODEL).`;
  return [{ code: 'judge-remarks-constant', text }];
}

const toValues = (
  { evaluation }: Hypothesis,
  pick: (score: Hypothesis['evaluation'][string]) => string,
): AspectValue[] => Object.entries(evaluation).map(([aspect, score]) => ({ aspect, value: pick(score) }));

/** A remark without case, marks and figures. */
const normalizeRemark = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}]+/gu, ' ')
    .trim();
