import { normalizeAspectName } from '../state/aspects.ts';
import type { Evaluation, Score } from '../state/judgement.ts';
import type { Reward } from '../state/reward.ts';
import type { Judge } from './node.ts';

/**
 * Makes one judge of several, or of one that is asked several times. The points of an aspect are the median over the judges (of two, the mean).
 * Its remark is the one of the judge nearest to the median. A judgement is missing only if no judge could be read.
 */
export function makeJudgePanel(judges: readonly Judge[]): Judge {
  return async function judge(reads, config) {
    const judgements = await Promise.all(judges.map((member) => member(reads, config)));
    const read = judgements.map((j) => j.evaluation).filter((e) => Object.keys(e).length > 0);
    if (read.length > 0) return { evaluation: combineEvaluations(read, reads.rewards) };
    const reasons = [...new Set(judgements.flatMap((j) => j.missing ?? []))];
    return { evaluation: {}, missing: reasons.join('; ') || 'no judge' };
  };
}

/** Judges may write an aspect's name in different ways. The result has the name of the reward. */
function combineEvaluations(evaluations: readonly Evaluation[], rewards: readonly Reward[]): Evaluation {
  const byAspect = new Map<string, { name: string; scores: Score[] }>(
    rewards.map(({ name }) => [normalizeAspectName(name), { name, scores: [] }]),
  );
  for (const [aspect, score] of evaluations.flatMap((e) => Object.entries(e))) {
    const known = byAspect.get(normalizeAspectName(aspect)) ?? { name: aspect, scores: [] };
    known.scores.push(score);
    byAspect.set(normalizeAspectName(aspect), known);
  }
  return Object.fromEntries(
    [...byAspect.values()].flatMap(({ name, scores }) => {
      const score = computeMedian(scores.map((s) => s.score));
      const [nearest] = scores.toSorted((a, b) => computeDistance(a, score) - computeDistance(b, score));
      return nearest ? [[name, { rationale: nearest.rationale, score }]] : [];
    }),
  );
}

const computeDistance = ({ score }: Score, from: number): number => Math.abs(score - from);

function computeMedian(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [
    sorted[Math.floor((sorted.length - 1) / 2)] ?? 0,
    sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0,
  ];
  return (low + high) / 2;
}
