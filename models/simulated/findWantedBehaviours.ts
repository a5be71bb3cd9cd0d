import { BEHAVIOURS } from './behaviours.ts';

/** A judge's remark on one aspect, as prompts/rewriteSystemPrompt.ts lists it. */
const REMARK_PATTERN = /^- ([^\n]{1,200}?): (\d(?:\.\d+)?) of 5\. ?([^\n]*)/gm;

/** The behaviours that a judge's remarks ask for, in any wording, each with the points that its absence cost. */
export function findWantedBehaviours(evaluation: string): Map<string, number> {
  const lostPoints = new Map<string, number>();
  for (const [, , score, rationale = ''] of evaluation.matchAll(REMARK_PATTERN)) {
    const lost = 5 - Number(score);
    const complaint = /\b(?:missing|to blame):[\s\S]*$/i.exec(rationale)?.[0] ?? rationale;
    for (const b of BEHAVIOURS) {
      if (lost > 0 && b.instructionPattern.test(complaint))
        lostPoints.set(b.name, (lostPoints.get(b.name) ?? 0) + lost);
    }
  }
  return lostPoints;
}
