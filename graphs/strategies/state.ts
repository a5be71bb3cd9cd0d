import { ReducedValue, StateSchema } from '@langchain/langgraph';
import { z } from 'zod';
import { Example, GivenQuery } from '../../state/example.ts';
import { Candidate } from '../../state/hypothesis.ts';
import { RewardChoice } from '../../state/reward.ts';

/** Judged hypotheses, each once, in the order they were judged in. */
const tree = new ReducedValue(
  z.array(Candidate).default(() => []),
  {
    inputSchema: z.array(Candidate),
    reducer: (a: Candidate[], b: Candidate[]) => [...new Map([...a, ...b].map((c) => [c.id, c])).values()],
  },
);

/** What a search returns whatever its strategy (as SearchOutput; these have no final). */
const found = {
  beam: z.array(z.string()),
  bestPrompt: z.string(),
  bestId: z.string(),
  value: z.number().nullable(),
  stoppedBy: z.string(),
  levels: z.number().int(),
};

/** What sampling and tree search know: unlike a beam's frontier the whole tree, which their budget bounds. */
export const TreeState = new StateSchema({
  queries: z.array(GivenQuery).min(1),
  examples: z.array(Example).default(() => []),
  shots: z.array(z.array(z.number().int())),
  choices: z.array(RewardChoice),
  tree,
  /** MCTS: the paths walked so far, and the node the walk at hand has come to. */
  walks: z.array(z.array(z.string())),
  walk: z.array(z.string()),
  ...found,
});
export const TreeOutput = new StateSchema({ ...found, examples: z.array(Example) });

/** One rewrite on its way through the queries it is judged on. */
export const SampleState = new StateSchema({
  prompt: z.string(),
  place: z.number().int(),
  root: Candidate,
  queries: z.array(z.string()),
  shots: z.array(z.array(Example)),
  choices: z.array(RewardChoice),
});
