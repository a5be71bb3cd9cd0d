import { ReducedValue, StateSchema } from '@langchain/langgraph';
import { z } from 'zod';
import { outputFields, inputFields } from '../../state/channels.ts';
import { Candidate } from '../../state/hypothesis.ts';
import { RewardSelection } from '../../state/reward.ts';

/** Judged hypotheses, each once, in the order they were judged in. */
const tree = new ReducedValue(
  z.array(Candidate).default(() => []),
  {
    inputSchema: z.array(Candidate),
    reducer: (a: Candidate[], b: Candidate[]) => [...new Map([...a, ...b].map((c) => [c.id, c])).values()],
  },
);

/** What sampling and tree search know: unlike a beam's frontier the whole tree, which their budget bounds. */
export const TreeState = new StateSchema({
  ...inputFields,
  exampleIndices: z.array(z.array(z.number().int())),
  selectedRewards: z.array(RewardSelection),
  tree,
  /** MCTS: the paths walked so far, and the one at hand (ids from the root on). Sampling: the rewrites, one each. */
  walks: z.array(z.array(z.string())),
  walk: z.array(z.string()),
  ...outputFields,
});
