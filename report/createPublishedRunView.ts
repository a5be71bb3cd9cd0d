import { z } from 'zod';
import { computeReward, type Evaluation } from '../state/judgement.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import type { RunView } from './runView.ts';
import { sortNodesByValue, groupNodesByLevel, collectPathIds } from './tree.ts';
import { createTreeView } from './createTreeView.ts';

const PublishedNode = z.object({
  id: z.number().int(),
  parent: z.number().int().nullable(),
  depth: z.number().int().min(0),
  prompt: z.string(),
  query: z.string(),
  output: z.string(),
  evaluation: z.record(z.string(), z.object({ rationale: z.string().default(''), score: z.coerce.number() })),
  reward: z.number(),
});
type PublishedNode = z.infer<typeof PublishedNode>;

/** A search tree as the authors published it, scores as strings; an empty evaluation was recorded as a reward of 0. */
export const PublishedTree = z.object({
  model: z.string(),
  cumulative_reward: z.number(),
  queries: z.array(z.string()),
  nodes: z.array(PublishedNode).min(1),
  best_path_prompts: z.array(z.string()),
});
export type PublishedTree = z.infer<typeof PublishedTree>;

const PUBLISHED_SOURCE_NOTE = 'Published with the paper (EMNLP 2024): no record of calls, tokens or money.';
const UNREADABLE_REPLY_NOTE = "the judge's reply could not be read; the authors' code recorded a reward of 0";

/** The page's view of a published search tree, parsed or not. @throws ZodError where it is none */
export function createPublishedRunView(given: unknown): RunView {
  const tree = PublishedTree.parse(given);
  const nodes = assignIndices(toHypotheses(tree.nodes));
  const best = findPublishedBest(nodes, tree.best_path_prompts);
  return {
    title: tree.model,
    state: 'published',
    best: { id: best.id, prompt: best.prompt, value: tree.cumulative_reward },
    stoppedBy: 'depth',
    ...createTreeView(nodes, { bestId: best.id, kept: findLastBeam(nodes), rankedBy: 'mean', ranked: true }),
    roles: [],
    faults: [],
    final: null,
    retest: null,
    ranked: true,
    judges: 1,
    usd: null,
    seconds: null,
    config: { source: PUBLISHED_SOURCE_NOTE, model: tree.model, queries: tree.queries.length },
  };
}

/** The nodes as a journal would hold them, with the value of each path: the mean of its rewards, the root's left out. */
function toHypotheses(nodes: readonly PublishedNode[]): Hypothesis[] {
  const sums = new Map<number, number>();
  return nodes
    .toSorted((a, b) => a.depth - b.depth || a.id - b.id)
    .map(({ id, parent, depth, prompt, query, output, evaluation: given, reward }) => {
      const sum = parent === null ? 0 : (sums.get(parent) ?? 0) + reward;
      sums.set(id, sum);
      const evaluation: Evaluation = given;
      const missing = Object.keys(evaluation).length === 0 ? { missing: UNREADABLE_REPLY_NOTE } : {};
      return {
        id: String(id),
        parent: parent === null ? null : String(parent),
        depth,
        index: id,
        prompt,
        query,
        response: output,
        aspects: Object.keys(evaluation),
        evaluation,
        ...missing,
        reward: depth === 0 ? computeReward(evaluation) : reward,
        value: depth === 0 ? 0 : sum / depth,
      };
    });
}

/** Indices as the search had them: better parents first, then the order they were made in. */
function assignIndices(nodes: readonly Hypothesis[]): Hypothesis[] {
  let parents: Hypothesis[] = [];
  return groupNodesByLevel(nodes).flatMap((level) => {
    const rank = new Map(sortNodesByValue(parents).map((n, i) => [n.id, i]));
    const order = (n: Hypothesis): number => rank.get(n.parent ?? '') ?? 0;
    parents = level.toSorted((a, b) => order(a) - order(b) || a.index - b.index).map((n, index) => ({ ...n, index }));
    return parents;
  });
}

/** The last node of the path whose prompts were published as the best; the best of the last level where none has them. */
function findPublishedBest(nodes: readonly Hypothesis[], prompts: readonly string[]): Hypothesis {
  const last = sortNodesByValue(groupNodesByLevel(nodes).at(-1) ?? []);
  const promptOf = new Map(nodes.map((n) => [n.id, n.prompt]));
  const published = last.find(({ id }) => collectPathIds(id, nodes).every((on, i) => promptOf.get(on) === prompts[i]));
  const best = published ?? last[0];
  if (!best) throw new Error('expected a tree with at least one node, got none');
  return best;
}

/** The best of the last level, as many as were expanded at most on any other. */
function findLastBeam(nodes: readonly Hypothesis[]): Set<string> {
  const parents = new Set(nodes.flatMap((n) => n.parent ?? []));
  const levels = groupNodesByLevel(nodes);
  const width = Math.max(1, ...levels.map((level) => level.filter((n) => parents.has(n.id)).length));
  return new Set(
    sortNodesByValue(levels.at(-1) ?? [])
      .slice(0, width)
      .map((n) => n.id),
  );
}
