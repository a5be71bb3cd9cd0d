import type { Send } from '@langchain/langgraph';
import type { Finalist } from '../../state/final.ts';
import type { Candidate } from '../../state/hypothesis.ts';
import type { Estimate } from '../../state/estimate.ts';
import { ranked } from '../beam/children.ts';
import { FIRST } from '../beam/qualityEstimate.ts';
import { enterFinal, type Finishing } from '../beam/edges.ts';
import { entered, winner } from '../final/finalists.ts';
import { estimated } from '../beam/estimateLevel.ts';
import type { Search } from '../searchOptions.ts';
import type { TreeState } from './treeState.ts';

type State = typeof TreeState.State;

/** Where the first prompt comes from. */
const ORIGIN = { parent: FIRST, rank: 0 };

/** The tree as the final sees it: evidence level by level as in a beam, and the deepest level, best first. */
export function finishing(state: State): Finishing {
  const depths = [...new Set(state.tree.map((c) => c.depth))].toSorted((a, b) => a - b);
  const levels = depths.map((depth) => state.tree.filter((c) => c.depth === depth));
  const known = new Map<string, { parent: Estimate; rank: number }>();
  const pool = levels.reduce<Finalist[]>((sofar, level) => {
    const { level: judged } = estimated(level, ({ parent }) => known.get(parent ?? '') ?? ORIGIN);
    judged.forEach(({ id, lineage: { quality } }, rank) => known.set(id, { parent: quality, rank }));
    return entered(sofar, judged);
  }, []);
  return { ...state, pool, candidates: ranked(levels.at(-1) ?? [], 'mean') };
}

/** Into the final, as a beam goes; null where there is none. */
export const toFinal = (state: State, options: Search): Send[] | null =>
  enterFinal(finishing(state), options, options.final);

/** The best of the deepest level, by the mean reward of its path; the first prompt where there is no other. */
export function bestOf(tree: readonly Candidate[]): Partial<State> {
  const levels = Math.max(0, ...tree.map((c) => c.depth));
  const [best] = ranked(
    tree.filter((c) => c.depth === levels),
    'mean',
  );
  return best ? { bestPrompt: best.prompt, bestId: best.id, value: best.value, levels, beam: [best.id] } : {};
}

/** What the search returns: the final's winner, else the best of the deepest level. */
export const concluded = (state: State, stoppedBy: string): Partial<State> => ({
  ...bestOf(state.tree),
  ...winner({ ...finishing(state), final: state.final }),
  stoppedBy: state.tree.length > 1 ? stoppedBy : 'queries',
  final: state.final,
});
