import { readJsonObject, readPoints } from '../../prompts/reply.ts';
import { normalizeAspectName } from '../../state/aspects.ts';
import { JUST_EVAL_ASPECTS, type AspectPoints, type JudgementMode, type JustEvalAspect } from './justEvalAspects.ts';

/** The points that just-eval gives an aspect which, in the judge's words, does not apply (docs/algorithm.md#just-eval). */
const NOT_APPLICABLE_POINTS = 5;

/** A judge's reply as read, aspect by aspect. */
export interface ParsedJudgement {
  points: AspectPoints;
  reasons: Partial<Record<JustEvalAspect, string>>;
  /** Aspects that do not apply; they have 5 in `points`. */
  notApplicable: JustEvalAspect[];
}

/** Opening braces of a reply at which parsing starts, at most. */
const MAX_PARSE_ATTEMPTS = 40;

/**
 * Reads all points in a judge's raw reply, despite prose, fences, trailing commas, a draft before the judgement or a cut-off
 * end. What cannot be read is absent, and never a zero.
 */
export function parseJudgement(reply: unknown): ParsedJudgement {
  const entries = isObject(reply)
    ? pickAspectEntries(reply)
    : typeof reply === 'string'
      ? findAspectEntries(reply)
      : [];
  const judgement: ParsedJudgement = { points: {}, reasons: {}, notApplicable: [] };
  for (const [aspect, entry] of entries) {
    const points = readEntryPoints(entry);
    if (points === undefined) continue;
    judgement.points[aspect] = points ?? NOT_APPLICABLE_POINTS;
    if (points === null) judgement.notApplicable.push(aspect);
    const reason = isObject(entry) ? (entry['reason'] ?? entry['rationale'] ?? entry['explanation']) : '';
    judgement.reasons[aspect] = typeof reason === 'string' ? reason : '';
  }
  return judgement;
}

/** Infers from the aspects whether the instruction is a safety one; null without points. */
export function inferMode({ points }: ParsedJudgement): JudgementMode | null {
  const aspects = Object.keys(points);
  if (aspects.length === 0) return null;
  return aspects.some((name) => name !== 'safety') ? 'regular' : 'safety';
}

/** The aspects of all objects in a reply; later ones win, since a draft may precede the judgement. */
function findAspectEntries(reply: string): [JustEvalAspect, unknown][] {
  const text = unquoteJson(reply.replace(/<think>[\s\S]*?<\/think>/g, ''));
  const entries = new Map<JustEvalAspect, unknown>();
  let start = text.indexOf('{');
  for (let attempt = 0; start >= 0 && attempt < MAX_PARSE_ATTEMPTS; attempt++) {
    const end = findObjectEnd(text, start);
    const objectEntries = end < 0 ? [] : parseObjectEntries(text.slice(start, end));
    for (const [aspect, entry] of objectEntries) entries.set(aspect, entry);
    start = text.indexOf('{', objectEntries.length ? end : start + 1);
  }
  if (entries.size) return [...entries];
  const partial = parseObjectEntries(text);
  return partial.length ? partial : parsePointLines(text);
}

/** Lines with an aspect and its points and nothing else, such as "depth: 4" or "- **Depth**: 4/5". */
const parsePointLines = (text: string): [JustEvalAspect, unknown][] =>
  [...text.matchAll(/^\W*(\w+)\W*?[:=]\W*(\d(?:\.\d+)?(?:\s*(?:\/|out of)\s*5)?|n\/?a)\W*$/gim)].flatMap(
    ([, key = '', points]) => pickAspectEntries({ [key]: points }),
  );

/** The content of a reply that is a JSON string. */
function unquoteJson(text: string): string {
  if (!/^\s*"[\s\S]*"\s*$/.test(text)) return text;
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'string' ? content : text;
  } catch {
    return text;
  }
}

function parseObjectEntries(text: string): [JustEvalAspect, unknown][] {
  const reading = readJsonObject(text);
  if ('complaint' in reading) return [];
  return pickAspectEntries(reading.value).filter(([, entry]) => readEntryPoints(entry) !== undefined);
}

/** The index after an object's last brace, quoted braces aside; -1 if the object has no end. */
function findObjectEnd(text: string, start: number): number {
  let depth = 0;
  for (const { 0: token, index } of text.slice(start).matchAll(/"(?:[^"\\]|\\[\s\S])*"|[{}]/g)) {
    if (token === '{') depth++;
    if (token === '}' && --depth === 0) return start + index + 1;
  }
  return -1;
}

/** The entries of an object, or of the only object inside it, whose keys are aspects of just-eval. */
function pickAspectEntries(object: Record<string, unknown>): [JustEvalAspect, unknown][] {
  const entries = Object.entries(object).flatMap(([key, value]) => {
    const aspect = JUST_EVAL_ASPECTS.find((name) => name === normalizeAspectName(key));
    return aspect ? [[aspect, value] as [JustEvalAspect, unknown]] : [];
  });
  if (entries.length) return entries;
  const name = object['aspect'] ?? object['name'] ?? object['criterion'];
  if (typeof name === 'string')
    return pickAspectEntries({ [name]: { ...object, aspect: null, name: null, criterion: null } });
  const [inner, ...others] = Object.values(object).filter(isObject);
  return inner && others.length === 0 ? pickAspectEntries(inner) : [];
}

/** The points of an aspect's entry, 1 to 5: null if the aspect does not apply, undefined if they cannot be read. */
function readEntryPoints(entry: unknown): number | null | undefined {
  const raw = isObject(entry) ? (entry['score'] ?? entry['rating'] ?? entry['points']) : entry;
  return isNotApplicable(raw) ? null : (readPoints(raw) ?? undefined);
}

/** Whether this is "N/A", with or without an explanation after it. */
const isNotApplicable = (raw: unknown): boolean =>
  typeof raw === 'string' && /^\W*(n\s*\/\s*a|not applicable)\b/i.test(raw);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
