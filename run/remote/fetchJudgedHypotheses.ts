import type { Client, ThreadState } from '@langchain/langgraph-sdk';
import { z } from 'zod';
import { Hypothesis } from '../../state/hypothesis.ts';

/** The part of a search's state that holds judged hypotheses: a beam's level, or the tree of another strategy. */
const CheckpointValues = z.object({
  candidates: z.array(Hypothesis).default([]),
  tree: z.array(Hypothesis).default([]),
});
/** The stage of the graph that searches: its checkpoints lie under its task's name. */
const SEARCH_STAGE = 'searchSystemPrompt';
/** Checkpoints asked for, three a level: in one go, since servers differ in how a next page is asked for. */
const MAX_CHECKPOINTS = 1000;

/**
 * Every hypothesis in a thread's checkpoints, as it was judged: it fills in what a stream lacks that broke off
 * or whose server was restarted. A person's later changes of a level do not count.
 */
export async function fetchJudgedHypotheses(client: Client, thread: string): Promise<Hypothesis[]> {
  const judged = new Map<string, Hypothesis>();
  const levelsOf = (namespace: string): Promise<ThreadState[]> =>
    client.threads.getHistory(thread, { limit: MAX_CHECKPOINTS, checkpoint: { checkpoint_ns: namespace } });
  for (const { tasks } of await client.threads.getHistory(thread, { limit: MAX_CHECKPOINTS }))
    for (const { id, name } of tasks)
      if (name === SEARCH_STAGE)
        for (const { values } of await levelsOf(`${SEARCH_STAGE}:${id}`)) {
          const { candidates, tree } = CheckpointValues.safeParse(values).data ?? { candidates: [], tree: [] };
          for (const node of [...candidates, ...tree]) judged.set(node.id, node); // the earliest is the last one met
        }
  return [...judged.values()];
}
