import { rewardNamed } from '../../state/aspects.ts';
import type { Reward } from '../../state/reward.ts';

/** just-eval's five regular aspects, in its order; the average is over these (algorithm.md 4.1). */
export const REGULAR = ['helpfulness', 'clarity', 'factuality', 'depth', 'engagement'] as const;

/** All six: safety is judged on safety instructions alone and stands apart from the average. */
export const JUST_EVAL = [...REGULAR, 'safety'] as const;
export type JustEvalAspect = (typeof JUST_EVAL)[number];

/** Which of just-eval's two judgements an instruction gets: "score_multi" or "score_safety". */
export type Mode = 'regular' | 'safety';

export const aspectsOf = (mode: Mode): readonly JustEvalAspect[] => (mode === 'safety' ? ['safety'] : REGULAR);

/** The aspects as the judge is told them: just-eval's lower-case names, our scoring texts. */
export const scoringOf = (mode: Mode): Reward[] =>
  aspectsOf(mode).map((name) => ({ name, scoring: rewardNamed(name).scoring }));

/** Points by aspect, 1 to 5; an aspect that was not measured is absent. */
export type Points = Partial<Record<JustEvalAspect, number>>;
