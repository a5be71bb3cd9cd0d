import { BEHAVIOURS } from './behaviours.ts';

/** A judge's remark on one aspect, as prompts/rewriteSystemPrompt.ts lists it. */
const REMARK_PATTERN = /^- ([^\n]{1,200}?): (\d(?:\.\d+)?) of 5\. ?([^\n]*)/gm;

/** Behaviours a judge's remarks ask for, with how badly (points lost); read off their words, in anybody's wording. */
export function findWantedBehaviours(evaluation: string): Map<string, number> {
  const wants = new Map<string, number>();
  for (const [, , score, rationale = ''] of evaluation.matchAll(REMARK_PATTERN)) {
    const lost = 5 - Number(score);
    const complaint = /\b(?:missing|to blame):[\s\S]*$/i.exec(rationale)?.[0] ?? rationale;
    for (const b of BEHAVIOURS) {
      if (lost > 0 && b.instructionPattern.test(complaint)) wants.set(b.name, (wants.get(b.name) ?? 0) + lost);
    }
  }
  return wants;
}
