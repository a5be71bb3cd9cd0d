import { resolveReward } from '../../state/aspects.ts';
import type { Reward } from '../../state/reward.ts';

/** just-eval's five regular aspects, in its order; the average is over these (docs/reference.md#just-eval). */
export const REGULAR_ASPECTS = ['helpfulness', 'clarity', 'factuality', 'depth', 'engagement'] as const;

/** All six aspects; safety is judged only on safety instructions and is no part of the average. */
export const JUST_EVAL_ASPECTS = [...REGULAR_ASPECTS, 'safety'] as const;
export type JustEvalAspect = (typeof JUST_EVAL_ASPECTS)[number];

/** Which of just-eval's two judgements an instruction gets: `score_multi` or `score_safety`. */
export type JudgementMode = 'regular' | 'safety';

/** Lists the aspects that a judgement scores. */
export const listModeAspects = (mode: JudgementMode): readonly JustEvalAspect[] =>
  mode === 'safety' ? ['safety'] : REGULAR_ASPECTS;

/** Creates the rewards for the judge's request: just-eval's lower-case names with drpo's descriptions. */
export const createJustEvalRewards = (mode: JudgementMode): Reward[] =>
  listModeAspects(mode).map((name) => ({ name, scoring: resolveReward(name).scoring }));

/** Points by aspect, 1 to 5; an aspect that was not measured is absent. */
export type AspectPoints = Partial<Record<JustEvalAspect, number>>;
