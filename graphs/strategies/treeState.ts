import { ReducedValue, StateSchema } from '@langchain/langgraph';
import { z } from 'zod';
import { outputFields, inputFields } from '../../state/channels.ts';
import { Candidate } from '../../state/hypothesis.ts';
import { RewardSelection } from '../../state/reward.ts';

/** Judged candidates, each once, in the order in which they were judged. */
const tree = new ReducedValue(
  z.array(Candidate).default(() => []),
  {
    inputSchema: z.array(Candidate),
    reducer: (a: Candidate[], b: Candidate[]) => [...new Map([...a, ...b].map((c) => [c.id, c])).values()],
  },
);

/** The state of sampling and tree search. It holds the whole tree, whose size their judgements limit. */
export const TreeState = new StateSchema({
  ...inputFields,
  exampleIndices: z.array(z.array(z.number().int())),
  selectedRewards: z.array(RewardSelection),
  tree,
  /** MCTS: the rollouts so far and the one at hand, as ids from the root on. */
  rollouts: z.array(z.array(z.string())),
  rollout: z.array(z.string()),
  /** Sampling: the rewrites. */
  samples: z.array(z.string()),
  ...outputFields,
});
