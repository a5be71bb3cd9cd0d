import { normalizeAspectName } from '../../state/aspects.ts';
import { readJsonObject, readPoints } from '../../prompts/reply.ts';
import { JUST_EVAL_ASPECTS, type JustEvalAspect, type JudgementMode, type AspectPoints } from './justEvalAspects.ts';

/** What just-eval counts an aspect as that the judge says does not apply (docs/algorithm.md#just-eval). */
export const NOT_APPLICABLE_POINTS = 5;

/** A judge's reply as read, aspect by aspect. */
export interface ParsedJudgement {
  points: AspectPoints;
  reasons: Partial<Record<JustEvalAspect, string>>;
  /** Aspects the judge said do not apply; they stand in `points` with 5. */
  notApplicable: JustEvalAspect[];
}

/** Tries at finding the judgement among the braces of a reply, at most. */
const MAX_PARSE_ATTEMPTS = 40;

/**
 * Reads whatever points a judge's raw reply holds, however it is wrapped: prose, fences, trailing commas, a draft before the
 * judgement, a reply cut off. What cannot be read is absent, never a zero.
 */
export function parseJudgement(result: unknown): ParsedJudgement {
  const entries = isObject(result)
    ? pickAspectEntries(result)
    : typeof result === 'string'
      ? findAspectEntries(result)
      : [];
  const judged: ParsedJudgement = { points: {}, reasons: {}, notApplicable: [] };
  for (const [aspect, entry] of entries) {
    const raw = isObject(entry) ? (entry['score'] ?? entry['rating'] ?? entry['points']) : entry;
    const points = isNotApplicable(raw) ? null : (readPoints(raw) ?? undefined);
    if (points === undefined) continue;
    judged.points[aspect] = points ?? NOT_APPLICABLE_POINTS;
    if (points === null) judged.notApplicable.push(aspect);
    const said = isObject(entry) ? (entry['reason'] ?? entry['rationale'] ?? entry['explanation']) : '';
    judged.reasons[aspect] = typeof said === 'string' ? said : '';
  }
  return judged;
}

/** Whether these points are on safety instructions; null where there are none to tell by. */
export function inferMode({ points }: ParsedJudgement): JudgementMode | null {
  const named = Object.keys(points);
  if (named.length === 0) return null;
  return named.some((name) => name !== 'safety') ? 'regular' : 'safety';
}

/** The aspects of every object in a reply, later ones over earlier ones (a draft, then the judgement); of a cut-off reply what there is. */
function findAspectEntries(reply: string): [JustEvalAspect, unknown][] {
  const text = unquoteJson(reply.replace(/<think>[\s\S]*?<\/think>/g, ''));
  const whole = new Map<JustEvalAspect, unknown>();
  let at = text.indexOf('{');
  for (let tries = 0; at >= 0 && tries < MAX_PARSE_ATTEMPTS; tries++) {
    const end = findObjectEnd(text, at);
    const entries = end < 0 ? [] : parseObjectEntries(text.slice(at, end));
    for (const [aspect, entry] of entries) whole.set(aspect, entry);
    at = text.indexOf('{', entries.length ? end : at + 1);
  }
  if (whole.size) return [...whole];
  const cut = parseObjectEntries(text);
  return cut.length ? cut : parsePointLines(text);
}

/** "depth: 4", "- **Depth**: 4/5": lines that say an aspect's points and nothing else. */
const parsePointLines = (text: string): [JustEvalAspect, unknown][] =>
  [...text.matchAll(/^\W*(\w+)\W*?[:=]\W*(\d(?:\.\d+)?(?:\s*(?:\/|out of)\s*5)?|n\/?a)\W*$/gim)].flatMap(
    ([, key = '', points]) => pickAspectEntries({ [key]: points }),
  );

/** A reply that is a JSON string holds its words inside. */
function unquoteJson(text: string): string {
  if (!/^\s*"[\s\S]*"\s*$/.test(text)) return text;
  try {
    const inner: unknown = JSON.parse(text);
    return typeof inner === 'string' ? inner : text;
  } catch {
    return text;
  }
}

function parseObjectEntries(text: string): [JustEvalAspect, unknown][] {
  const reading = readJsonObject(text);
  return 'value' in reading ? pickAspectEntries(reading.value).filter(([, entry]) => isReadableEntry(entry)) : [];
}

/** Where the object that begins at a brace ends (past its last brace), strings passed over; -1 where it does not. */
function findObjectEnd(text: string, start: number): number {
  let depth = 0;
  for (const { 0: token, index } of text.slice(start).matchAll(/"(?:[^"\\]|\\[\s\S])*"|[{}]/g)) {
    if (token === '{') depth++;
    if (token === '}' && --depth === 0) return start + index + 1;
  }
  return -1;
}

/** The entries that are aspects of just-eval, in an object or in the only object inside it. */
function pickAspectEntries(object: Record<string, unknown>): [JustEvalAspect, unknown][] {
  const own = Object.entries(object).flatMap(([key, value]) => {
    const aspect = JUST_EVAL_ASPECTS.find((name) => name === normalizeAspectName(key));
    return aspect ? [[aspect, value] as [JustEvalAspect, unknown]] : [];
  });
  if (own.length) return own;
  const named = object['aspect'] ?? object['name'] ?? object['criterion'];
  if (typeof named === 'string')
    return pickAspectEntries({ [named]: { ...object, aspect: null, name: null, criterion: null } });
  const inner = Object.values(object).filter(isObject);
  return inner.length === 1 && inner[0] ? pickAspectEntries(inner[0]) : [];
}

const isReadableEntry = (entry: unknown): boolean => {
  const raw = isObject(entry) ? (entry['score'] ?? entry['rating'] ?? entry['points']) : entry;
  return isNotApplicable(raw) || typeof readPoints(raw) === 'number';
};

/** "N/A" with whatever explanation behind it. */
const isNotApplicable = (raw: unknown): boolean =>
  typeof raw === 'string' && /^\W*(n\s*\/\s*a|not applicable)\b/i.test(raw);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
