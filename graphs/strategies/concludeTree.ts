import type { Send } from '@langchain/langgraph';
import type { Finalist } from '../../state/final.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import { ROOT_ESTIMATE, type Estimate } from '../../state/estimate.ts';
import { rankByPathReward } from '../beam/rankLevel.ts';
import { enterFinal } from '../final/enterFinal.ts';
import { addToPool, pickWinner } from '../final/finalists.ts';
import { estimateLevel } from '../beam/estimateLevel.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import type { TreeState } from './treeState.ts';

type State = typeof TreeState.State;

/** The origin of the first prompt. */
const ROOT_ORIGIN = { parent: ROOT_ESTIMATE, rank: 0 };

/** Sends the best prompts of the tree into the final, as a beam does. Returns null if there is no final. */
export const enterTreeFinal = (state: State, options: ResolvedSearchOptions): Send[] | null => {
  const levels = estimateTree(groupByDepth(state.tree));
  const beam = rankByPathReward(levels.at(-1) ?? [], 'mean').slice(0, options.beamWidth);
  const finalistPool = levels.reduce<Finalist[]>((pool, level) => addToPool(pool, level), []);
  return enterFinal({ ...state, beam, finalistPool }, options, options.final);
};

/** Estimates the candidates of a tree level by level, as a beam search does. */
function estimateTree(levels: readonly Candidate[][]): Candidate[][] {
  const known = new Map<string, { parent: Estimate; rank: number }>();
  return levels.map((level) => {
    const { level: estimated } = estimateLevel(level, ({ parent }) => known.get(parent ?? '') ?? ROOT_ORIGIN);
    estimated.forEach(({ id, lineage: { quality } }, rank) => known.set(id, { parent: quality, rank }));
    return estimated;
  });
}

function groupByDepth(tree: readonly Candidate[]): Candidate[][] {
  const depths = [...new Set(tree.map(({ depth }) => depth))].toSorted((a, b) => a - b);
  return depths.map((depth) => tree.filter((c) => c.depth === depth));
}

/** Picks the best candidate of the deepest level, by the mean reward of its path. */
export function pickBestPath(tree: readonly Candidate[]): Partial<State> {
  const deepest = groupByDepth(tree).at(-1) ?? [];
  const [best] = rankByPathReward(deepest, 'mean');
  return best
    ? { bestPrompt: best.prompt, bestId: best.id, value: best.value, levels: best.depth, beam: [best.id] }
    : {};
}

/** Names what the search returns: the winner of the final, else the best of the deepest level. */
export const concludeSearch = (state: State, stoppedBy: string): Partial<State> => ({
  ...pickBestPath(state.tree),
  ...pickWinner({ final: state.final, finalistPool: [], candidates: state.tree }),
  stoppedBy: state.tree.length > 1 ? stoppedBy : 'queries',
  final: state.final,
});
