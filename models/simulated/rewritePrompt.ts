import { BEHAVIOURS, type Behaviour } from './behaviours.ts';
import { pick, uniform, type Part } from './hash.ts';
import { readInstructions } from './instructions.ts';
import { traitsOf } from './queries.ts';
import { wanted } from './remarks.ts';

/** A system prompt taken apart: the paragraph at its head, and its bullets without their dashes. */
interface Parts {
  intro: string;
  bullets: readonly string[];
}

/** What a rewrite goes by. */
interface Case {
  parts: Parts;
  query: string;
  /** Behaviours the remarks ask for and the prompt does not, most wanted first. */
  missing: readonly Behaviour[];
  /** A number from [0, 1) of this proposal's own. */
  chance: (...what: readonly Part[]) => number;
}

type Move = (c: Case) => Parts;

const MOST_BULLETS = 8;
const INTRO = 'Your aim is to serve the person who asks as well as you can.';
const CONTRARY = [
  'Keep every answer brief: superficial will do, and no small talk.',
  'Go into great depth, at length and in one block, whatever is asked.',
  'Sound confident and never hedge; stay impersonal and matter-of-fact.',
  'Do not ask anything back; use stock phrases and no examples.',
] as const;

/** One bullet or two for what is missing; merged into others once there are eight. Now and then a guess of its own. */
const mend: Move = ({ parts, missing, chance }) => {
  const untold = BEHAVIOURS.filter((b) => !parts.bullets.some((bullet) => b.told.test(bullet)));
  const guess = untold[Math.floor(chance('guess') * untold.length)];
  const first = chance('astray') < 0.2 ? guess : missing[Math.floor(chance('which') ** 2 * missing.length)];
  const second = chance('two') < 0.5 ? missing.find((b) => b !== first) : undefined;
  return [first, second].reduce((p, b) => (b ? include(reconciled(p, b), bulletFor(b, chance)) : p), parts);
};

const bulletFor = (b: Behaviour, chance: Case['chance']): string =>
  b.advice[Math.floor(chance('wording', b.name) * b.advice.length)] ?? b.advice[0];

/** Without the bullets that speak against a behaviour, and without those that ask for it already: its own comes in their place. */
const reconciled = ({ intro, bullets }: Parts, b: Behaviour): Parts => ({
  intro,
  bullets: bullets.filter((bullet) => !b.against?.test(bullet) && !b.advice.includes(bullet)),
});

function include({ intro, bullets }: Parts, bullet: string): Parts {
  if (bullets.length < MOST_BULLETS)
    return { intro: bullets.length ? intro : withAim(intro), bullets: [...bullets, bullet] };
  const shortest = bullets.reduce((best, b, i) => (b.length < (bullets[best] ?? '').length ? i : best), 0);
  return { intro, bullets: bullets.map((b, i) => (i === shortest ? `${b} ${bullet}` : b)) };
}

const withAim = (intro: string): string => (intro.includes(INTRO) ? intro : `${intro.trim()} ${INTRO}`.trim());

/** The same in other words and another order. */
const rephrase: Move = ({ parts, chance }) => {
  const reworded = parts.bullets.map((bullet) => {
    const b = BEHAVIOURS.find((known) => known.advice.includes(bullet));
    return b ? bulletFor(b, chance) : bullet;
  });
  const turn = Math.floor(chance('turn') * reworded.length);
  return { intro: withAim(parts.intro), bullets: [...reworded.slice(turn), ...reworded.slice(0, turn)] };
};

/** Loses a bullet; a prompt without bullets is only rephrased. */
const drop: Move = (c) => {
  const at = Math.floor(c.chance('lost') * c.parts.bullets.length);
  return c.parts.bullets.length ? { ...c.parts, bullets: c.parts.bullets.filter((_, i) => i !== at) } : rephrase(c);
};

/** Adds what speaks against other instructions. */
const contradict: Move = ({ parts, chance }) =>
  include(parts, CONTRARY[Math.floor(chance('contrary') * CONTRARY.length)] ?? CONTRARY[0]);

/** Adds what helps on this one query alone. */
const overfit: Move = ({ parts, query }) =>
  include(parts, `When the question is about ${traitsOf(query).subject}, take special care.`);

/** The moves of a fallible optimizer, each with its share. */
const MOVES: readonly (readonly [Move, number])[] = [
  [mend, 0.59],
  [rephrase, 0.15],
  [drop, 0.1],
  [contradict, 0.08],
  [overfit, 0.08],
];

/** A better prompt, as the optimizer sees it, in the light of the remarks; `key` tells one proposal from another. */
export function rewritePrompt(prompt: string, query: string, evaluation: string, key: readonly Part[]): string {
  const parts = takeApart(prompt);
  const { told } = readInstructions(prompt);
  const wants = wanted(evaluation);
  const worth = (b: Behaviour): number => wants.get(b.name) ?? 0;
  const missing = BEHAVIOURS.filter((b) => worth(b) > 0 && (told.get(b.name) ?? 0) < 0.7).toSorted(
    (a, b) => worth(b) - worth(a),
  );
  const chance = (...what: readonly Part[]): number => uniform(...key, ...what);
  return putTogether(pick(DECK, ...key, 'move')({ parts, query, missing, chance }));
}

/** The moves, each as many times as it has hundredths. */
const DECK: readonly Move[] = MOVES.flatMap(([move, share]) =>
  Array.from({ length: Math.round(100 * share) }, () => move),
);

const BULLET = /^\s*[-*•]\s+(?=\S)/;

function takeApart(prompt: string): Parts {
  const lines = prompt.split('\n');
  return {
    intro: lines
      .filter((line) => !BULLET.test(line))
      .join('\n')
      .trim(),
    bullets: lines.filter((line) => BULLET.test(line)).map((line) => line.replace(BULLET, '').trim()),
  };
}

const putTogether = ({ intro, bullets }: Parts): string =>
  [intro, ...bullets.map((bullet) => `- ${bullet}`)].join('\n').trim();
