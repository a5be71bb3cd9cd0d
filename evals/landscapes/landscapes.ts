import { hash } from 'node:crypto';
import { makeSampleQueries, type Nodes } from '../../nodes/index.ts';
import { ASPECTS } from '../../state/aspects.ts';
import { computeMean } from '../../statistics/computeMean.ts';

/**
 * A simulated world whose truth is known, with the noise of the published runs (docs/reference.md#noise-in-the-published-runs).
 * Standard deviations in points: 1.0 for a query's difficulty, 0.33 for a prompt on a query, 0.34 for the judge on an aspect.
 * The quality of a rewrite walks freely from its parent's, or is pulled to a target.
 */
export type Landscape = LandscapeSettings &
  ({ kind: 'walk'; mean: number; sd: number } | { kind: 'pull'; strength: number; target: number; sd: number });

/** What of a world is not the walk of its prompts. */
interface LandscapeSettings {
  name: string;
  /** Quality of the first prompt in points, before full marks cut it off. Default: 3.9. */
  start?: number;
  /** Standard deviation of the judge on an aspect, in points. Default: 0.34. */
  judgeNoise?: number;
  /** "expected": the judge's scores are no whole points. Default: points. */
  scoring?: 'points' | 'expected';
  /** The judge's score of an average answer to the first prompt. Default: its quality. */
  center?: number;
  /** How many points the judge gives for a point of quality, above 0. Default: 1. */
  spread?: number;
  /** Share of rewrites, 0 to 1, that are new prompts; the others are rejected as duplicates. Default: 1. */
  usable?: number;
}

/** The five landscapes that the constants of the search were chosen on (docs/landscapes.md#measured-on-landscapes). */
export const LANDSCAPES: readonly Landscape[] = [
  { name: 'pulled hard to the start, sd 0.15', kind: 'pull', strength: 0.5, target: 0, sd: 0.15 },
  { name: 'pulled to start + 0.1, sd 0.1', kind: 'pull', strength: 0.5, target: 0.1, sd: 0.1 },
  { name: 'pulled to start + 0.3, sd 0.2', kind: 'pull', strength: 0.5, target: 0.3, sd: 0.2 },
  { name: 'pulled gently to start + 0.3, sd 0.15', kind: 'pull', strength: 0.2, target: 0.3, sd: 0.15 },
  { name: 'free random walk, sd 0.15', kind: 'walk', mean: 0, sd: 0.15 },
];

/** Landscapes on which no constant was chosen: growth without end, a high ceiling, and rewriting that harms. */
export const HELD_OUT_LANDSCAPES: readonly Landscape[] = [
  { name: 'uphill by 0.03 a step, sd 0.15', kind: 'walk', mean: 0.03, sd: 0.15 },
  { name: 'downhill by 0.05 a step, sd 0.15', kind: 'walk', mean: -0.05, sd: 0.15 },
  { name: 'pulled gently to start + 0.8, sd 0.15', kind: 'pull', strength: 0.2, target: 0.8, sd: 0.15 },
  { name: 'pulled hard to start + 0.5, sd 0.3', kind: 'pull', strength: 0.5, target: 0.5, sd: 0.3 },
  { name: 'pulled hard to start − 0.3, sd 0.2', kind: 'pull', strength: 0.5, target: -0.3, sd: 0.2 },
];

const DEFAULT_SETTINGS = { start: 3.9, judgeNoise: 0.34, scoring: 'points', spread: 1, usable: 1 };
const clipPoints = (x: number): number => Math.min(5, Math.max(1, x));

/** Creates the nodes of a landscape and the truth about its prompts. A prompt is its path in the tree, "0" the first one. */
export function createLandscapeWorld(
  landscape: Landscape,
  seed: number,
): { nodes: Nodes; trueQuality: (prompt: string) => number } {
  const unit = (...parts: (string | number)[]): number =>
    hash('md5', [seed, ...parts].join('|'), 'buffer').readUInt32LE(0) / 2 ** 32;
  const gauss = (...parts: (string | number)[]): number =>
    Math.sqrt(-2 * Math.log(1 - unit('a', ...parts))) * Math.cos(2 * Math.PI * unit('b', ...parts));
  const { start, judgeNoise, scoring, spread, usable } = { ...DEFAULT_SETTINGS, ...landscape };
  const { center = start } = landscape;
  const round = scoring === 'points' ? Math.round : (score: number): number => score;
  const known = new Map([['0', start]]);
  const getQuality = (prompt: string): number => {
    const before = known.get(prompt);
    if (before !== undefined) return before;
    const parent = getQuality(prompt.slice(0, prompt.lastIndexOf('.')));
    const noise = landscape.sd * gauss('step', prompt);
    const next =
      landscape.kind === 'walk'
        ? parent + landscape.mean + noise
        : parent - landscape.strength * (parent - start - landscape.target) + noise;
    known.set(prompt, next);
    return next;
  };
  const pickAspects = (query: string): string[] =>
    ASPECTS.map(({ name }) => ({ name, place: unit('pick', query, name) }))
      .toSorted((a, b) => a.place - b.place)
      .slice(0, 2 + Math.floor(4 * unit('count', query)))
      .map(({ name }) => name);
  const truth = Array.from({ length: 1000 }, (_, i) => gauss('difficulty', `truth${i}`));

  const nodes: Nodes = {
    sampleQueries: makeSampleQueries(),
    retrieveExamples: async ({ queries }) => ({ exampleIndices: queries.map(() => []) }),
    selectRewards: async ({ query }) => ({
      rewards: pickAspects(query).map((name) => ({ name, scoring: '' })),
      reasoning: '',
    }),
    respond: async ({ prompt }) => ({ response: prompt }),
    judge: async ({ response, query, rewards }) => {
      const level = getQuality(response) + gauss('difficulty', query) + 0.33 * gauss('meets', response, query);
      const score = (name: string): number =>
        round(clipPoints(center + spread * (level - start) + judgeNoise * gauss('judge', response, query, name)));
      return {
        evaluation: Object.fromEntries(rewards.map(({ name }) => [name, { rationale: '', score: score(name) }])),
      };
    },
    rewriteSystemPrompt: async ({ prompt, query, actions }) => {
      const rewrites = Array.from({ length: actions }, (_, i) => `${prompt}.${i + 1}`);
      const isUsable = (rewrite: string): boolean => unit('usable', rewrite, query) < usable;
      const rejected = rewrites.filter((one) => !isUsable(one)).map(() => ({ prompt: '', reason: 'duplicate' }));
      return { prompts: rewrites.filter(isUsable), rejected };
    },
    rewriteExample: async ({ response }) => ({ response }),
  };
  return { nodes, trueQuality: (prompt) => computeMean(truth.map((d) => clipPoints(getQuality(prompt) + d))) ?? 0 };
}
