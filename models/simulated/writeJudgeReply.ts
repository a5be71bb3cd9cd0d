import { ASPECTS, LONG_ASPECT_NAMES, normalizeAspectName } from '../../state/aspects.ts';
import { BEHAVIOURS, isApplicable, type Behaviour } from './behaviours.ts';
import { FLAWS, type Flaw } from './flaws.ts';
import { hashParts, drawNormal, drawUniform, type SeedPart } from './seededDraws.ts';
import type { JudgeBias } from './judgeBiases.ts';
import { readQueryTraits, type QueryTraits } from './queryTraits.ts';
import { parseLastObject, readSections } from './requestSections.ts';

/** What a judge sees in a response on one aspect. */
export interface AspectFinding {
  /** Points before they are made whole, 1 to 5. */
  points: number;
  good: readonly Behaviour[];
  missing: readonly Behaviour[];
  flaws: readonly Flaw[];
}

/** Points of a response that shows nothing asked for, on a query of middling ease; and what all that is asked for adds. */
const BASE_POINTS = 2.45;
const POINTS_RANGE = 2.85;
/** Share of judgements that waver at all, as of GPT-4's at temperature 0: most repeat themselves to the point. */
const WAVERING_SHARE = 0.15;
/** Words a response may have before it counts as long, and words a point is taken off for. */
const LONG_RESPONSE_WORDS = 130;
const WORDS_PER_POINT = 60;

const ASPECT_BY_PLAIN_NAME: ReadonlyMap<string, string> = new Map(
  ASPECTS.flatMap(({ name }) =>
    [name, LONG_ASPECT_NAMES.get(name) ?? name].map((n) => [normalizeAspectName(n), name] as const),
  ),
);

/** Looks in a response for what one aspect asks on such a query; an aspect nobody knows asks for a little of everything. */
export function examineResponse(traits: QueryTraits, response: string, aspect: string): AspectFinding {
  const known = ASPECT_BY_PLAIN_NAME.get(normalizeAspectName(aspect));
  const weight = (b: Behaviour): number => (known === undefined ? 1 : (b.aspectWeights[known] ?? 0));
  const asked = BEHAVIOURS.filter((b) => weight(b) > 0 && isApplicable(b, traits.kinds));
  const good = asked.filter((b) => b.responsePattern.test(response));
  const flaws = FLAWS.filter((f) => f.responsePattern.test(response) && getPenalty(f, known) > 0);
  const sum = (list: readonly Behaviour[]): number => list.reduce((total, b) => total + weight(b), 0);
  const share = asked.length ? sum(good) / sum(asked) : 0.7;
  const long =
    known === 'Conciseness'
      ? Math.min(1.5, Math.max(0, (response.split(/\s+/).length - LONG_RESPONSE_WORDS) / WORDS_PER_POINT))
      : 0;
  const points =
    BASE_POINTS +
    POINTS_RANGE * share +
    traits.ease -
    long -
    flaws.reduce((total, f) => total + getPenalty(f, known), 0);
  return {
    points: /\w/.test(response) ? clampPoints(points) : 1,
    good,
    missing: asked.filter((b) => !good.includes(b)).toSorted((a, b) => weight(b) - weight(a)),
    flaws,
  };
}

const getPenalty = (flaw: Flaw, aspect?: string): number =>
  aspect === undefined ? flaw.otherPenalty : (flaw.aspectPenalties[aspect] ?? flaw.otherPenalty);
const clampPoints = (points: number): number => Math.min(5, Math.max(1, points));

/**
 * A judge's reply to a request (prompts/judge.ts, or just-eval's): each aspect's points and what was good, missing, to
 * blame. `leaning`: a planted bias. `noise`: sd in points, before they are made whole, of one judgement of one aspect.
 */
export function writeJudgeReply(text: string, noise: number, key: readonly SeedPart[], leaning?: JudgeBias): string {
  const {
    parts: [query = '', response = ''],
    rest,
  } = readSections(text, ['query', 'response']);
  const traits = readQueryTraits(query);
  const seed = hashParts(query, response, ...key);
  const wavers = drawUniform(seed, 'wavers') < WAVERING_SHARE;
  const entries = parseLastObject(rest).map(([aspect, form], place, { length: places }) => {
    const finding = examineResponse(traits, response, aspect);
    const drift = noise && wavers ? (noise / Math.sqrt(WAVERING_SHARE)) * drawNormal(seed, aspect) : 0;
    const lean = leaning?.({ response, place, places }) ?? 0;
    const said = typeof form === 'object' && form !== null && 'reason' in form ? 'reason' : 'rationale';
    return [
      aspect,
      { [said]: writeRationale(finding), score: roundPoints(finding.points + drift + lean, query, aspect) },
    ] as const;
  });
  return JSON.stringify(Object.fromEntries(entries), null, 2);
}

/** Whole points, 1 to 5, on average the same: each query and aspect rounds at a place of its own. */
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
