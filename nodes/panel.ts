import type { Evaluation, Score } from '../state/judgement.ts';
import type { Judge } from './node.ts';

/**
 * Several judges, or one judge asked several times, as one: each aspect's points are the median of those who gave any, its
 * remarks those of the judge nearest to it. Missing only where nobody could be read.
 */
export function makePanel(judges: readonly Judge[]): Judge {
  return async function judge(reads, config) {
    const judgements = await Promise.all(judges.map((one) => one(reads, config)));
    const read = judgements.map((j) => j.evaluation).filter((e) => Object.keys(e).length > 0);
    if (read.length === 0) return { evaluation: {}, missing: judgements[0]?.missing ?? 'no judge' };
    return { evaluation: combined(read) };
  };
}

function combined(evaluations: readonly Evaluation[]): Evaluation {
  const aspects = [...new Set(evaluations.flatMap((e) => Object.keys(e)))];
  return Object.fromEntries(
    aspects.flatMap((aspect) => {
      const scores = evaluations.flatMap((e) => e[aspect] ?? []);
      const score = median(scores.map((s) => s.score));
      const nearest = scores.reduce<Score | undefined>(
        (a, b) => (a && off(a, score) <= off(b, score) ? a : b),
        undefined,
      );
      return nearest ? [[aspect, { rationale: nearest.rationale, score }]] : [];
    }),
  );
}

const off = ({ score }: Score, from: number): number => Math.abs(score - from);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [
    sorted[Math.floor((sorted.length - 1) / 2)] ?? 0,
    sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0,
  ];
  return (low + high) / 2;
}
