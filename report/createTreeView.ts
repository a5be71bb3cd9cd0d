import type { Hypothesis } from '../state/hypothesis.ts';
import { createAspectViews, createLevelViews } from './levelViews.ts';
import { createScoreViews } from './createAnswerViews.ts';
import type { NodeView, RunView } from './runView.ts';
import { computeRankValues, type RankCriterion } from './computeRankValues.ts';
import { arrangeLevels, inferFates, groupNodesByLevel, collectPathIds, type NodeFate } from './tree.ts';

/** What a search decided about its nodes. */
export interface SearchDecisions {
  bestId: string;
  /** The ids of kept nodes; null if the search may not have ended. */
  kept: ReadonlySet<string> | null;
  rankedBy: RankCriterion;
  /** Whether levels were cut by rank, so that there can be ties at the cut. */
  ranked: boolean;
}

/** Creates the nodes in drawing order, the levels, the best path and the aspects of a view. */
export function createTreeView(
  nodes: readonly Hypothesis[],
  decisions: SearchDecisions,
): Pick<RunView, 'levels' | 'nodes' | 'path' | 'aspects'> {
  const path = collectPathIds(decisions.bestId, nodes);
  const fate = inferFates(nodes, decisions.kept);
  const onPath = new Set(path);
  const levels = arrangeLevels(groupNodesByLevel(nodes), onPath, fate);
  const prompts = new Map(nodes.map((n) => [n.id, n.prompt]));
  const views = levels.map((level) =>
    level.map((n, column) => createNodeView(n, column, prompts, onPath, fate.get(n.id) ?? 'open')),
  );
  return {
    path,
    nodes: views.flat(),
    levels: createLevelViews(
      views,
      decisions.ranked ? computeRankValues(levels, decisions.rankedBy) : new Map(),
      fate,
      levels,
    ),
    aspects: createAspectViews(views),
  };
}

function createNodeView(
  node: Hypothesis,
  column: number,
  prompts: ReadonlyMap<string, string>,
  path: ReadonlySet<string>,
  fate: NodeFate,
): NodeView {
  const { id, parent, depth, prompt, query, response, reward, value } = node;
  const scores = createScoreViews(node.evaluation);
  const scored = new Set(scores.map((s) => s.aspect));
  const missing = scores.length ? null : (node.missing ?? 'no reason was recorded');
  return {
    id,
    parent,
    depth,
    column,
    prompt,
    query,
    response,
    scores,
    reward,
    value,
    missing,
    fate,
    unscored: missing === null ? node.aspects.filter((a) => !scored.has(a)) : [],
    unchanged: parent !== null && prompts.get(parent) === prompt,
    onPath: path.has(id),
  };
}
