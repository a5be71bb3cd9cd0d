import { computeReward } from '../state/judgement.ts';
import type { Hypothesis } from '../state/hypothesis.ts';
import { PublishedTree, UNREADABLE_JUDGEMENT_NOTE, type PublishedNode } from './publishedTree.ts';
import type { RunView } from './runView.ts';
import { sortNodesByValue, groupNodesByLevel, collectPathIds } from './tree.ts';
import { createTreeView } from './createTreeView.ts';

const PUBLISHED_SOURCE_NOTE = 'Published with the paper (EMNLP 2024), without calls, tokens and cost.';

/** Creates the page's view of a published search tree. @throws ZodError if it is not one */
export function createPublishedRunView(file: unknown): RunView {
  const tree = PublishedTree.parse(file);
  const nodes = assignIndices(toHypotheses(tree.nodes));
  const best = findPublishedBest(nodes, tree.best_path_prompts);
  return {
    title: tree.model,
    state: 'published',
    best: { id: best.id, prompt: best.prompt, value: tree.cumulative_reward },
    stoppedBy: 'depth',
    warnings: [],
    ...createTreeView(nodes, { bestId: best.id, kept: findLastBeam(nodes), rankedBy: 'mean', ranked: true }),
    roles: [],
    failures: [],
    rejectedRewrites: [],
    final: null,
    verdict: null,
    answers: [],
    reliability: null,
    ranked: true,
    judges: 1,
    usd: null,
    seconds: null,
    finished: null,
    subject: { models: tree.model, scoring: null, isSimulated: false, areRemarksLate: false },
    config: { source: PUBLISHED_SOURCE_NOTE, model: tree.model, queries: tree.queries.length },
  };
}

/** The nodes as in a journal, with the value of each path: the mean of its rewards without the root's. */
function toHypotheses(nodes: readonly PublishedNode[]): Hypothesis[] {
  const sums = new Map<number, number>();
  return nodes
    .toSorted((a, b) => a.depth - b.depth || a.id - b.id)
    .map(({ id, parent, depth, prompt, query, output, evaluation, reward }) => {
      const sum = parent === null ? 0 : (sums.get(parent) ?? 0) + reward;
      sums.set(id, sum);
      const missing = Object.keys(evaluation).length === 0 ? { missing: UNREADABLE_JUDGEMENT_NOTE } : {};
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

/** Indexes each level as the search did: children of better parents first, then the order of creation. */
function assignIndices(nodes: readonly Hypothesis[]): Hypothesis[] {
  let parents: Hypothesis[] = [];
  return groupNodesByLevel(nodes).flatMap((level) => {
    const rank = new Map(sortNodesByValue(parents).map((n, i) => [n.id, i]));
    const order = (n: Hypothesis): number => rank.get(n.parent ?? '') ?? 0;
    parents = level.toSorted((a, b) => order(a) - order(b) || a.index - b.index).map((n, index) => ({ ...n, index }));
    return parents;
  });
}

/** The last node of the published best path; if no path has its prompts, the best node of the last level. */
function findPublishedBest(nodes: readonly Hypothesis[], prompts: readonly string[]): Hypothesis {
  const last = sortNodesByValue(groupNodesByLevel(nodes).at(-1) ?? []);
  const promptsById = new Map(nodes.map((n) => [n.id, n.prompt]));
  const published = last.find(({ id }) =>
    collectPathIds(id, nodes).every((pathId, i) => promptsById.get(pathId) === prompts[i]),
  );
  const best = published ?? last[0];
  if (!best) throw new Error('expected a tree with at least one node, got none');
  return best;
}

/** The best nodes of the last level, as many as the most that another level expanded. */
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
