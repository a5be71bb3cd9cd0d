import { ASPECTS, LONG_ASPECT_NAMES, normalizeAspectName } from '../../state/aspects.ts';
import { isApplicable, type Behaviour } from './behaviour.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { FLAWS, type Flaw } from './flaws.ts';
import { hashParts, drawNormal, drawUniform, type SeedPart } from './seededDraws.ts';
import type { JudgeBias } from './judgeBiases.ts';
import { readQueryTraits, type QueryTraits } from './queryTraits.ts';
import { parseLastObject, readSections } from './requestSections.ts';

/** A judge's finding on one aspect of a response. */
export interface AspectFinding {
  /** 1 to 5, before rounding. */
  points: number;
  good: readonly Behaviour[];
  missing: readonly Behaviour[];
  flaws: readonly Flaw[];
}

/** Points of a response that shows no behaviour of the aspect, on a query of average ease. All behaviours add the range. */
const BASE_POINTS = 2.45;
const POINTS_RANGE = 2.85;
/** The share of judgements with noise. Like GPT-4's at temperature 0, most judgements repeat exactly. */
const NOISY_SHARE = 0.15;
/** Words before a response counts as long, and further words that cost one point. */
const LONG_RESPONSE_WORDS = 130;
const WORDS_PER_POINT = 60;

const ASPECT_BY_PLAIN_NAME: ReadonlyMap<string, string> = new Map(
  ASPECTS.flatMap(({ name }) =>
    [name, LONG_ASPECT_NAMES.get(name) ?? name].map((n) => [normalizeAspectName(n), name] as const),
  ),
);

/** Compares a response with what one aspect asks for on such a query. An unknown aspect asks for every behaviour alike. */
export function examineResponse(traits: QueryTraits, response: string, aspect: string): AspectFinding {
  const known = ASPECT_BY_PLAIN_NAME.get(normalizeAspectName(aspect));
  const weight = (b: Behaviour): number => (known === undefined ? 1 : (b.aspectWeights[known] ?? 0));
  const wanted = BEHAVIOURS.filter((b) => weight(b) > 0 && isApplicable(b, traits.kinds));
  const good = wanted.filter((b) => b.responsePattern.test(response));
  const flaws = FLAWS.filter((f) => f.responsePattern.test(response) && getPenalty(f, known) > 0);
  const sum = (list: readonly Behaviour[]): number => list.reduce((total, b) => total + weight(b), 0);
  const share = wanted.length ? sum(good) / sum(wanted) : 0.7;
  const lengthPenalty =
    known === 'Conciseness'
      ? Math.min(1.5, Math.max(0, (response.split(/\s+/).length - LONG_RESPONSE_WORDS) / WORDS_PER_POINT))
      : 0;
  const points =
    BASE_POINTS +
    POINTS_RANGE * share +
    traits.ease -
    lengthPenalty -
    flaws.reduce((total, f) => total + getPenalty(f, known), 0);
  return {
    points: /\w/.test(response) ? clampPoints(points) : 1,
    good,
    missing: wanted.filter((b) => !good.includes(b)).toSorted((a, b) => weight(b) - weight(a)),
    flaws,
  };
}

const getPenalty = (flaw: Flaw, aspect?: string): number =>
  aspect === undefined ? flaw.otherPenalty : (flaw.aspectPenalties[aspect] ?? flaw.otherPenalty);
const clampPoints = (points: number): number => Math.min(5, Math.max(1, points));

/** What a judge thinks of one aspect of a response. */
interface AspectJudgement {
  aspect: string;
  /** 1 to 5, before rounding. */
  points: number;
  score: number;
  /** The remark, under the key that was asked for. */
  remark: Record<string, string>;
}

type JudgeRequest = [text: string, noise: number, key: readonly SeedPart[], bias?: JudgeBias | undefined];

/**
 * Replies to a judge's request (prompts/judge.ts, prompts/judgeScores.ts, or just-eval's) with the points and remarks of each
 * aspect, or with digits alone. `noise`: standard deviation, in points, of one judgement of one aspect. `bias`: a planted bias.
 */
export function writeJudgeReply(...request: JudgeRequest): string {
  const judged = judgeAspects(...request);
  if (asksForDigits(request[0])) return judged.map(({ score }) => score).join(' ');
  return JSON.stringify(Object.fromEntries(judged.map((j) => [j.aspect, { ...j.remark, score: j.score }])), null, 2);
}

/** The tokens of a reply as OpenAI's API gives them: each score and its neighbour, whose mean is the points before rounding. */
export function writeJudgeLogprobs(...request: JudgeRequest) {
  const text = writeJudgeReply(...request);
  const pattern = asksForDigits(request[0]) ? /\d/g : /(?<="score": )\d/g;
  const parts = text.split(pattern);
  const scores = judgeAspects(...request).map(({ points }, i) => {
    const lower = Math.min(4, Math.floor(points));
    const chances = [lower + 1 - points, points - lower].map((p) => Math.log(Math.max(p, 1e-9)));
    const top = chances.map((logprob, more) => ({ token: String(lower + more), logprob }));
    return { token: text.match(pattern)?.[i] ?? '', top_logprobs: top };
  });
  return { content: parts.flatMap((token, i) => [{ token, top_logprobs: [] }, ...scores.slice(i, i + 1)]) };
}

const asksForDigits = (text: string): boolean => /^Reply with (?:one digit|\d+ digits) from 1 to 5\b/m.test(text);

/** The aspects of a request, each with its entry in the form of the reply. Without a form they are a list. */
function listAspects(text: string, head: string, rest: string): [string, unknown][] {
  const [list = ''] = /^- .+?(?=\n\n|$(?![^]))/ms.exec(head) ?? [];
  if (asksForDigits(text)) return [...list.matchAll(/^- (.+?): /gm)].map(([, name = '']) => [name, undefined]);
  const form = parseLastObject(rest);
  return form.length > 0 ? form : parseLastObject(head);
}

function judgeAspects(...[text, noise, key, bias]: JudgeRequest): AspectJudgement[] {
  const {
    head,
    parts: [query = '', response = ''],
    rest,
  } = readSections(text, ['query', 'response']);
  const traits = readQueryTraits(query);
  const seed = hashParts(query, response, ...key);
  const isNoisy = drawUniform(seed, 'wavers') < NOISY_SHARE;
  return listAspects(text, head, rest).map(([aspect, entry], place, { length: places }) => {
    const finding = examineResponse(traits, response, aspect);
    const drift = noise && isNoisy ? (noise / Math.sqrt(NOISY_SHARE)) * drawNormal(seed, aspect) : 0;
    const points = finding.points + drift + (bias?.({ response, place, places }) ?? 0);
    const remarkKey = typeof entry === 'object' && entry !== null && 'reason' in entry ? 'reason' : 'rationale';
    const remark = { [remarkKey]: writeRationale(finding) };
    return { aspect, points: clampPoints(points), score: roundPoints(points, query, aspect), remark };
  });
}

/** Rounds to 1 to 5 whole points. Each query and aspect has its own threshold, so that the mean stays the same. */
const roundPoints = (points: number, query: string, aspect: string): number =>
  clampPoints(Math.floor(points + drawUniform('rounds', query, aspect)));

function writeRationale({ good, missing, flaws }: AspectFinding): string {
  const remarks = [
    formatList(
      'Good',
      good.map((b) => b.noun),
    ),
    formatList(
      'Missing',
      missing.slice(0, 3).map((b) => b.noun),
    ),
    formatList(
      'To blame',
      flaws.map((f) => f.complaint),
    ),
  ];
  return remarks.filter(Boolean).join(' ') || 'Nothing stands out.';
}

const formatList = (label: string, items: readonly string[]): string =>
  items.length ? `${label}: ${items.join(', ')}.` : '';
