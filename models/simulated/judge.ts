import { ASPECTS, LONG_NAMES, plainName } from '../../state/aspects.ts';
import { BEHAVIOURS, fits, type Behaviour } from './behaviours.ts';
import { FLAWS, type Flaw } from './flaws.ts';
import { hash, normal, uniform, type Part } from './hash.ts';
import type { Leaning } from './leanings.ts';
import { traitsOf, type QueryTraits } from './queries.ts';
import { lastObject, sections } from './read.ts';

/** What a judge sees in a response on one aspect. */
export interface Finding {
  /** Points before they are made whole, 1 to 5. */
  points: number;
  good: readonly Behaviour[];
  missing: readonly Behaviour[];
  flaws: readonly Flaw[];
}

/** Points of a response that shows nothing asked for, on a query of middling ease; and what all that is asked for adds. */
const BARE = 2.45;
const RANGE = 2.85;
/** Share of judgements that waver at all, as of GPT-4's at temperature 0: most repeat themselves to the point. */
const WAVERS = 0.15;
/** Words a response may have before it counts as long, and words a point is taken off for. */
const LONG = 130;
const WORDS_A_POINT = 60;

const KNOWN: ReadonlyMap<string, string> = new Map(
  ASPECTS.flatMap(({ name }) => [name, LONG_NAMES.get(name) ?? name].map((n) => [plainName(n), name] as const)),
);

/** Looks in a response for what one aspect asks on such a query; an aspect nobody knows asks for a little of everything. */
export function examine(traits: QueryTraits, response: string, aspect: string): Finding {
  const known = KNOWN.get(plainName(aspect));
  const weight = (b: Behaviour): number => (known === undefined ? 1 : (b.serves[known] ?? 0));
  const asked = BEHAVIOURS.filter((b) => weight(b) > 0 && fits(b, traits.kinds));
  const good = asked.filter((b) => b.seen.test(response));
  const flaws = FLAWS.filter((f) => f.seen.test(response) && spoil(f, known) > 0);
  const sum = (list: readonly Behaviour[]): number => list.reduce((total, b) => total + weight(b), 0);
  const share = asked.length ? sum(good) / sum(asked) : 0.7;
  const long =
    known === 'Conciseness' ? Math.min(1.5, Math.max(0, (response.split(/\s+/).length - LONG) / WORDS_A_POINT)) : 0;
  const points = BARE + RANGE * share + traits.ease - long - flaws.reduce((total, f) => total + spoil(f, known), 0);
  return {
    points: /\w/.test(response) ? clamp(points) : 1,
    good,
    missing: asked.filter((b) => !good.includes(b)).toSorted((a, b) => weight(b) - weight(a)),
    flaws,
  };
}

const spoil = (flaw: Flaw, aspect?: string): number =>
  aspect === undefined ? flaw.others : (flaw.spoils[aspect] ?? flaw.others);
const clamp = (points: number): number => Math.min(5, Math.max(1, points));

/**
 * A judge's reply to a request (prompts/judge.ts, or just-eval's): each aspect's points and what was good, missing, to
 * blame. `leaning`: a planted bias. `noise`: sd in points, before they are made whole, of one judgement of one aspect.
 */
export function judge(text: string, noise: number, key: readonly Part[], leaning?: Leaning): string {
  const {
    parts: [query = '', response = ''],
    rest,
  } = sections(text, ['query', 'response']);
  const traits = traitsOf(query);
  const seed = hash(query, response, ...key);
  const wavers = uniform(seed, 'wavers') < WAVERS;
  const entries = lastObject(rest).map(([aspect, form], place, { length: places }) => {
    const finding = examine(traits, response, aspect);
    const drift = noise && wavers ? (noise / Math.sqrt(WAVERS)) * normal(seed, aspect) : 0;
    const lean = leaning?.({ response, place, places }) ?? 0;
    const said = typeof form === 'object' && form !== null && 'reason' in form ? 'reason' : 'rationale';
    return [
      aspect,
      { [said]: rationale(finding), score: whole(finding.points + drift + lean, query, aspect) },
    ] as const;
  });
  return JSON.stringify(Object.fromEntries(entries), null, 2);
}

/** Whole points, 1 to 5, on average the same: each query and aspect rounds at a place of its own. */
const whole = (points: number, query: string, aspect: string): number =>
  clamp(Math.floor(points + uniform('rounds', query, aspect)));

function rationale({ good, missing, flaws }: Finding): string {
  const remarks = [
    listed(
      'Good',
      good.map((b) => b.noun),
    ),
    listed(
      'Missing',
      missing.slice(0, 3).map((b) => b.noun),
    ),
    listed(
      'To blame',
      flaws.map((f) => f.blame),
    ),
  ];
  return remarks.filter(Boolean).join(' ') || 'Nothing stands out.';
}

const listed = (label: string, items: readonly string[]): string =>
  items.length ? `${label}: ${items.join(', ')}.` : '';
