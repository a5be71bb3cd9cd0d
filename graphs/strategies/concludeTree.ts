import type { Send } from '@langchain/langgraph';
import type { Finalist } from '../../state/final.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import type { Estimate } from '../../state/estimate.ts';
import { rankByPathReward } from '../beam/children.ts';
import { ROOT_ESTIMATE } from '../beam/qualityEstimate.ts';
import { enterFinal, type FinalInput } from '../beam/edges.ts';
import { addToPool, pickWinner } from '../final/finalists.ts';
import { estimateLevel } from '../beam/estimateLevel.ts';
import type { ResolvedSearchOptions } from '../searchOptions.ts';
import type { TreeState } from './treeState.ts';

type State = typeof TreeState.State;

/** Where the first prompt comes from. */
const ROOT_ORIGIN = { parent: ROOT_ESTIMATE, rank: 0 };

/** The tree as the final sees it: evidence level by level as in a beam, and the deepest level, best first. */
export function toFinalInput(state: State): FinalInput {
  const depths = [...new Set(state.tree.map((c) => c.depth))].toSorted((a, b) => a - b);
  const levels = depths.map((depth) => state.tree.filter((c) => c.depth === depth));
  const known = new Map<string, { parent: Estimate; rank: number }>();
  const finalistPool = levels.reduce<Finalist[]>((sofar, level) => {
    const { level: judged } = estimateLevel(level, ({ parent }) => known.get(parent ?? '') ?? ROOT_ORIGIN);
    judged.forEach(({ id, lineage: { quality } }, rank) => known.set(id, { parent: quality, rank }));
    return addToPool(sofar, judged);
  }, []);
  return { ...state, finalistPool, candidates: rankByPathReward(levels.at(-1) ?? [], 'mean') };
}

/** Into the final, as a beam goes; null where there is none. */
export const enterTreeFinal = (state: State, options: ResolvedSearchOptions): Send[] | null =>
  enterFinal(toFinalInput(state), options, options.final);

/** The best of the deepest level, by the mean reward of its path; the first prompt where there is no other. */
export function pickBestPath(tree: readonly Candidate[]): Partial<State> {
  const levels = Math.max(0, ...tree.map((c) => c.depth));
  const [best] = rankByPathReward(
    tree.filter((c) => c.depth === levels),
    'mean',
  );
  return best ? { bestPrompt: best.prompt, bestId: best.id, value: best.value, levels, beam: [best.id] } : {};
}

/** What the search returns: the final's winner, else the best of the deepest level. */
export const concludeSearch = (state: State, stoppedBy: string): Partial<State> => ({
  ...pickBestPath(state.tree),
  ...pickWinner({ ...toFinalInput(state), final: state.final }),
  stoppedBy: state.tree.length > 1 ? stoppedBy : 'queries',
  final: state.final,
});
