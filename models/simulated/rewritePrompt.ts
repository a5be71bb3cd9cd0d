import type { Behaviour } from './behaviour.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { pickItem, drawUniform, type SeedPart } from './seededDraws.ts';
import { readPromptInstructions } from './promptInstructions.ts';
import { readQueryTraits } from './queryTraits.ts';
import { findWantedBehaviours } from './findWantedBehaviours.ts';

/** A system prompt split into its first paragraph and its bullets without dashes. */
interface PromptParts {
  intro: string;
  bullets: readonly string[];
}

/** The input of a rewrite. */
interface RewriteCase {
  parts: PromptParts;
  query: string;
  /** Behaviours that the remarks ask for and the prompt does not, the most wanted first. */
  missing: readonly Behaviour[];
  /** Draws a number in [0, 1) for this rewrite. */
  draw: (...what: readonly SeedPart[]) => number;
}

type RewriteMove = (c: RewriteCase) => PromptParts;

const MAX_BULLETS = 8;
const AIM_SENTENCE = 'Your aim is to serve the person who asks as well as you can.';
const CONTRARY_BULLETS = [
  'Keep every answer brief: superficial will do, and no small talk.',
  'Go into great depth, at length and in one block, whatever is asked.',
  'Sound confident and never hedge; stay impersonal and matter-of-fact.',
  'Do not ask anything back; use stock phrases and no examples.',
] as const;

/** Adds one or two bullets for missing behaviours, merged into others if there are eight. With chance 0.2 it adds a guess. */
const addMissingBehaviours: RewriteMove = ({ parts, missing, draw: chance }) => {
  const unmentioned = BEHAVIOURS.filter((b) => !parts.bullets.some((bullet) => b.instructionPattern.test(bullet)));
  const guess = unmentioned[Math.floor(chance('guess') * unmentioned.length)];
  const first = chance('astray') < 0.2 ? guess : missing[Math.floor(chance('which') ** 2 * missing.length)];
  const second = chance('two') < 0.5 ? missing.find((b) => b !== first) : undefined;
  return [first, second].reduce((p, b) => (b ? addBullet(removeConflicts(p, b), writeBullet(b, chance)) : p), parts);
};

const writeBullet = (b: Behaviour, chance: RewriteCase['draw']): string =>
  b.advice[Math.floor(chance('wording', b.name) * b.advice.length)] ?? b.advice[0];

/** Removes the bullets that oppose a behaviour or already ask for it, before its own bullet is added. */
const removeConflicts = ({ intro, bullets }: PromptParts, b: Behaviour): PromptParts => ({
  intro,
  bullets: bullets.filter((bullet) => !b.oppositionPattern?.test(bullet) && !b.advice.includes(bullet)),
});

function addBullet({ intro, bullets }: PromptParts, bullet: string): PromptParts {
  if (bullets.length < MAX_BULLETS)
    return { intro: bullets.length ? intro : withAim(intro), bullets: [...bullets, bullet] };
  const shortest = bullets.reduce((best, b, i) => (b.length < (bullets[best] ?? '').length ? i : best), 0);
  return { intro, bullets: bullets.map((b, i) => (i === shortest ? `${b} ${bullet}` : b)) };
}

const withAim = (intro: string): string =>
  intro.includes(AIM_SENTENCE) ? intro : `${intro.trim()} ${AIM_SENTENCE}`.trim();

/** Rewords and reorders the bullets. */
const rephraseBullets: RewriteMove = ({ parts, draw: chance }) => {
  const reworded = parts.bullets.map((bullet) => {
    const b = BEHAVIOURS.find((known) => known.advice.includes(bullet));
    return b ? writeBullet(b, chance) : bullet;
  });
  const turn = Math.floor(chance('turn') * reworded.length);
  return { intro: withAim(parts.intro), bullets: [...reworded.slice(turn), ...reworded.slice(0, turn)] };
};

/** Drops a bullet. A prompt without bullets is only reworded. */
const dropBullet: RewriteMove = (c) => {
  const at = Math.floor(c.draw('lost') * c.parts.bullets.length);
  return c.parts.bullets.length
    ? { ...c.parts, bullets: c.parts.bullets.filter((_, i) => i !== at) }
    : rephraseBullets(c);
};

/** Adds a bullet that contradicts other instructions. */
const addContradiction: RewriteMove = ({ parts, draw: chance }) =>
  addBullet(parts, CONTRARY_BULLETS[Math.floor(chance('contrary') * CONTRARY_BULLETS.length)] ?? CONTRARY_BULLETS[0]);

/** Adds a bullet that helps with this query only. */
const addOverfitBullet: RewriteMove = ({ parts, query }) =>
  addBullet(parts, `When the question is about ${readQueryTraits(query).subject}, take special care.`);

/** The moves of a fallible optimizer and their shares. */
const MOVE_SHARES: readonly (readonly [RewriteMove, number])[] = [
  [addMissingBehaviours, 0.59],
  [rephraseBullets, 0.15],
  [dropBullet, 0.1],
  [addContradiction, 0.08],
  [addOverfitBullet, 0.08],
];

/** Rewrites a prompt after a judge's remarks, not always for the better. Each `key` gives another rewrite. */
export function rewritePrompt(prompt: string, query: string, evaluation: string, key: readonly SeedPart[]): string {
  const parts = splitPrompt(prompt);
  const { requestStrength } = readPromptInstructions(prompt);
  const wants = findWantedBehaviours(evaluation);
  const worth = (b: Behaviour): number => wants.get(b.name) ?? 0;
  const missing = BEHAVIOURS.filter((b) => worth(b) > 0 && (requestStrength.get(b.name) ?? 0) < 0.7).toSorted(
    (a, b) => worth(b) - worth(a),
  );
  const chance = (...what: readonly SeedPart[]): number => drawUniform(...key, ...what);
  return joinPrompt(pickItem(WEIGHTED_MOVES, ...key, 'move')({ parts, query, missing, draw: chance }));
}

/** The moves, each repeated once per percent of its share. */
const WEIGHTED_MOVES: readonly RewriteMove[] = MOVE_SHARES.flatMap(([move, share]) =>
  Array.from({ length: Math.round(100 * share) }, () => move),
);

const BULLET_PATTERN = /^\s*[-*•]\s+(?=\S)/;

function splitPrompt(prompt: string): PromptParts {
  const lines = prompt.split('\n');
  return {
    intro: lines
      .filter((line) => !BULLET_PATTERN.test(line))
      .join('\n')
      .trim(),
    bullets: lines.filter((line) => BULLET_PATTERN.test(line)).map((line) => line.replace(BULLET_PATTERN, '').trim()),
  };
}

const joinPrompt = ({ intro, bullets }: PromptParts): string =>
  [intro, ...bullets.map((bullet) => `- ${bullet}`)].join('\n').trim();
