import { computeExpectedWalk, findExtremeWalk } from './expectedWalk.ts';
import { ROOT_LEVEL, type WalkLevel, type Walk } from './walk.ts';
import { countFinalEvaluations } from '../graphs/searchOptions.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import type { Assumptions } from './assumptions.ts';
import { toSearchShape, type PlanInput } from './planInput.ts';

/** The least, the expected and the most that a search by this config's strategy goes through. */
export function forecastWalks(given: PlanInput, assumed: Assumptions): Record<'least' | 'expected' | 'most', Walk> {
  const { strategy } = given.config.search;
  if (strategy.name === 'monte-carlo' || strategy.name === 'best-of-n')
    return {
      least: makeSamplesWalk(given, 0),
      expected: makeSamplesWalk(given, assumed.taken),
      most: makeSamplesWalk(given, 1),
    };
  if (strategy.name === 'mcts')
    return {
      least: makeTreeWalk(given, { share: 1, taken: 1, walks: 1 }),
      expected: makeTreeWalk(given, { share: assumed.keptShare, taken: assumed.taken, walks: strategy.iterations }),
      most: makeTreeWalk(given, { share: 0, taken: 1, walks: strategy.iterations }),
    };
  return {
    least: findExtremeWalk(toSearchShape(given), 'least'),
    expected: computeExpectedWalk(toSearchShape(given, assumed.taken), assumed.keptShare),
    most: findExtremeWalk(toSearchShape(given), 'most'),
  };
}

/** Judgements that a search which is no beam may take. */
const countEvaluations = ({ search: { beamWidth, actions, depth, final } }: PlanInput): number =>
  beamWidth * actions * depth - (final ? countFinalEvaluations(final) : 0);

/** One request for N rewrites of the first prompt, all of them judged on the same queries. `taken`: share of them that is new, 0 to 1. */
function makeSamplesWalk(given: PlanInput, taken: number): Walk {
  const { strategy } = given.config.search;
  const wanted = strategy.name === 'best-of-n' ? strategy.queriesPerCandidate : 1;
  const each = Math.max(0, Math.min(wanted, given.queries.length - 1));
  const choices = Math.max(1, Math.floor(countEvaluations(given) / Math.max(1, each)));
  const children = Math.max(1, choices * taken);
  return [
    ROOT_LEVEL,
    ...Array.from({ length: each }, (_, i): WalkLevel => {
      const first = i === 0 ? { expanded: 1, kept: 0, rewrites: 1, rewriting: 1, choices } : null;
      return {
        depth: i + 1,
        reachProbability: 1,
        freshProbability: 1,
        queryIndex: i + 1,
        children,
        ...(first ?? { expanded: children, kept: children, rewrites: 0, rewriting: 0, choices: 0 }),
      };
    }),
  ];
}

/** Walks down a tree: the first expands each step, a later one all but the root's, as long as judgements last. */
function makeTreeWalk(
  given: PlanInput,
  { share, taken, walks }: { share: number; taken: number; walks: number },
): Walk {
  const { actions } = given.search;
  const { strategy } = given.config.search;
  const deepest = strategy.name === 'mcts' ? strategy.maxRolloutDepth : 0;
  const steps = Math.max(0, Math.min(deepest, given.search.depth - 1, given.queries.length - 1));
  const born = share + (1 - share) * actions * taken;
  const wanted = steps > 0 ? 1 + walks * (steps - 1) : 0;
  const part = Math.min(1, countEvaluations(given) / Math.max(1, wanted * born));
  return [
    ROOT_LEVEL,
    ...Array.from({ length: steps }, (_, i): WalkLevel => {
      const expanded = i === 0 ? 1 : part * walks;
      const rewrites = expanded * (1 - share);
      return {
        depth: i + 1,
        reachProbability: 1,
        freshProbability: 1,
        queryIndex: i + 1,
        expanded,
        kept: expanded * share,
        children: expanded * born,
        rewrites,
        rewriting: expanded,
        choices: rewrites * actions,
      };
    }),
  ];
}

/** What a search that is no beam went through, from the nodes it judged. */
export function reconstructWalk(nodes: readonly Hypothesis[], given: PlanInput): Walk {
  const { strategy, actions } = given.config.search;
  const each = strategy.name === 'mcts' ? actions : (makeSamplesWalk(given, 1)[1]?.choices ?? 1);
  const prompts = new Map(nodes.map((n) => [n.id, n.prompt]));
  const deepest = Math.max(0, ...nodes.map((n) => n.depth));
  return [
    ROOT_LEVEL,
    ...Array.from({ length: deepest }, (_, i): WalkLevel => {
      const level = nodes.filter((n) => n.depth === i + 1);
      const asked = new Set(level.map((n) => JSON.stringify([n.query, n.prompt])));
      const rewritten = level.filter((n) => n.prompt !== prompts.get(n.parent ?? ''));
      const rewrites = new Set(rewritten.map((n) => n.parent)).size;
      const expanded = new Set(level.map((n) => n.parent)).size;
      const kept = level.length - rewritten.length;
      return {
        depth: i + 1,
        reachProbability: 1,
        freshProbability: 1,
        queryIndex: i + 1,
        expanded,
        kept,
        children: asked.size,
        rewrites,
        rewriting: rewrites > 0 ? 1 : 0,
        choices: rewrites * each,
      };
    }),
  ];
}
