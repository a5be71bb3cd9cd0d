import { expectedWalk, extremeWalk } from './expectedWalk.ts';
import { ROOT_LEVEL, type Level, type Walk } from './walk.ts';
import { finalEvaluations } from '../graphs/searchOptions.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import type { Assumed } from './assumptions.ts';
import { shapeOf, type Given } from './planInput.ts';

/** The defaults of the strategies that are no beams (`StrategyOptions`): queries a sample of best-of-N is judged on; walks and steps of MCTS. */
const [QUERIES_EACH, WALKS, STEPS] = [6, 10, 5];

/** The least, the expected and the most that a search by this config's strategy goes through. */
export function walksOf(given: Given, assumed: Assumed): Record<'least' | 'expected' | 'most', Walk> {
  const { strategy } = given.config.search;
  if (strategy === 'monte-carlo' || strategy === 'best-of-n')
    return {
      least: samples(given, 0),
      expected: samples(given, assumed.taken),
      most: samples(given, 1),
    };
  if (strategy === 'mcts')
    return {
      least: tree(given, { share: 1, taken: 1, walks: 1 }),
      expected: tree(given, { share: assumed.keptShare, taken: assumed.taken, walks: WALKS }),
      most: tree(given, { share: 0, taken: 1, walks: WALKS }),
    };
  return {
    least: extremeWalk(shapeOf(given), 'least'),
    expected: expectedWalk(shapeOf(given, assumed.taken), assumed.keptShare),
    most: extremeWalk(shapeOf(given), 'most'),
  };
}

/** Judgements that a search which is no beam may take. */
const evaluationsOf = ({ search: { beamWidth, actions, depth, final } }: Given): number =>
  beamWidth * actions * depth - (final ? finalEvaluations(final) : 0);

/** One request for N rewrites of the first prompt, all of them judged on the same queries. `taken`: share of them that is new, 0 to 1. */
function samples(given: Given, taken: number): Walk {
  const wanted = given.config.search.strategy === 'best-of-n' ? QUERIES_EACH : 1;
  const each = Math.max(0, Math.min(wanted, given.queries.length - 1));
  const choices = Math.max(1, Math.floor(evaluationsOf(given) / Math.max(1, each)));
  const children = Math.max(1, choices * taken);
  return [
    ROOT_LEVEL,
    ...Array.from({ length: each }, (_, i): Level => {
      const first = i === 0 ? { expanded: 1, kept: 0, rewrites: 1, rewriting: 1, choices } : null;
      return {
        depth: i + 1,
        reached: 1,
        fresh: 1,
        query: i + 1,
        children,
        ...(first ?? { expanded: children, kept: children, rewrites: 0, rewriting: 0, choices: 0 }),
      };
    }),
  ];
}

/** Walks down a tree: the first expands each step, a later one all but the root's, as long as judgements last. */
function tree(given: Given, { share, taken, walks }: { share: number; taken: number; walks: number }): Walk {
  const { actions } = given.search;
  const steps = Math.max(0, Math.min(STEPS, given.search.depth - 1, given.queries.length - 1));
  const born = share + (1 - share) * actions * taken;
  const wanted = steps > 0 ? 1 + walks * (steps - 1) : 0;
  const part = Math.min(1, evaluationsOf(given) / Math.max(1, wanted * born));
  return [
    ROOT_LEVEL,
    ...Array.from({ length: steps }, (_, i): Level => {
      const expanded = i === 0 ? 1 : part * walks;
      const rewrites = expanded * (1 - share);
      return {
        depth: i + 1,
        reached: 1,
        fresh: 1,
        query: i + 1,
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
export function walkIn(nodes: readonly Hypothesis[], given: Given): Walk {
  const { strategy, actions } = given.config.search;
  const each = strategy === 'mcts' ? actions : (samples(given, 1)[1]?.choices ?? 1);
  const prompts = new Map(nodes.map((n) => [n.id, n.prompt]));
  const deepest = Math.max(0, ...nodes.map((n) => n.depth));
  return [
    ROOT_LEVEL,
    ...Array.from({ length: deepest }, (_, i): Level => {
      const level = nodes.filter((n) => n.depth === i + 1);
      const asked = new Set(level.map((n) => JSON.stringify([n.query, n.prompt])));
      const rewritten = level.filter((n) => n.prompt !== prompts.get(n.parent ?? ''));
      const rewrites = new Set(rewritten.map((n) => n.parent)).size;
      const expanded = new Set(level.map((n) => n.parent)).size;
      const kept = level.length - rewritten.length;
      return {
        depth: i + 1,
        reached: 1,
        fresh: 1,
        query: i + 1,
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
