import { listAspectEntries, readEntryScore } from '../../prompts/aspectEntries.ts';
import { isObject, listJsonValues } from '../../prompts/jsonValues.ts';
import { splitThoughts } from '../../prompts/thoughts.ts';
import { JUST_EVAL_ASPECTS, type AspectPoints, type JudgementMode, type JustEvalAspect } from './justEvalAspects.ts';

/** The points that just-eval gives an aspect which, in the judge's words, does not apply (docs/reference.md#just-eval). */
const NOT_APPLICABLE_POINTS = 5;

/** A judge's reply as read, aspect by aspect. */
export interface ParsedJudgement {
  points: AspectPoints;
  reasons: Partial<Record<JustEvalAspect, string>>;
  /** Aspects that do not apply; they have 5 in `points`. */
  notApplicable: JustEvalAspect[];
}

/**
 * Reads all points in a judge's raw reply, despite prose, fences, trailing commas, a draft before the judgement or a cut-off
 * end. What cannot be read is absent, and never a zero.
 */
export function parseJudgement(reply: unknown): ParsedJudgement {
  const judgement: ParsedJudgement = { points: {}, reasons: {}, notApplicable: [] };
  for (const [aspect, { rationale, score }] of listScores(reply)) {
    judgement.points[aspect] = score ?? NOT_APPLICABLE_POINTS;
    if (score === null) judgement.notApplicable.push(aspect);
    judgement.reasons[aspect] = rationale;
  }
  return judgement;
}

/** Infers from the aspects whether the instruction is a safety one; null without points. */
export function inferMode({ points }: ParsedJudgement): JudgementMode | null {
  const aspects = Object.keys(points);
  if (aspects.length === 0) return null;
  return aspects.some((name) => name !== 'safety') ? 'regular' : 'safety';
}

type ReadScore = { rationale: string; score: number | null };

/** The aspects of all objects in a reply, else of lines; later ones win, since a draft may precede the judgement. */
function listScores(reply: unknown): Map<JustEvalAspect, ReadScore> {
  if (isObject(reply)) return collectScores([reply]);
  if (typeof reply !== 'string') return new Map();
  const { values, cutOff, beginning } = listJsonValues(reply);
  const scores = collectScores(cutOff === null ? values : [beginning]);
  return scores.size ? scores : collectScores(listPointLines(splitThoughts(reply).answer));
}

function collectScores(values: readonly unknown[]): Map<JustEvalAspect, ReadScore> {
  const scores = new Map<JustEvalAspect, ReadScore>();
  for (const { name, entry } of values.flatMap((value) => listAspectEntries(value, JUST_EVAL_ASPECTS))) {
    const aspect = JUST_EVAL_ASPECTS.find((other) => other === name);
    const { rationale, score } = readEntryScore(entry);
    if (aspect && score !== undefined) scores.set(aspect, { rationale, score });
  }
  return scores;
}

/** Lines with an aspect and its points and nothing else, such as "depth: 4" or "- **Depth**: 4/5". */
const listPointLines = (text: string): Record<string, unknown>[] =>
  [...text.matchAll(/^\W*(\w+)\W*?[:=]\W*(\d(?:\.\d+)?(?:\s*(?:\/|out of)\s*5)?|n\/?a)\W*$/gim)].map(
    ([, key = '', points]) => ({ [key]: points }),
  );
