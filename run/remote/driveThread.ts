import type { Run, ThreadState } from '@langchain/langgraph-sdk';
import { z } from 'zod';
import { outputFields } from '../../state/channels.ts';
import { Example } from '../../state/example.ts';
import { CONFIGURABLE_KEY } from './remoteOptions.ts';
import { GRAPH_NAME, RemoteError, type RemoteServer } from './connectServer.ts';
import type { ThreadRunParams } from './threadEvents.ts';
import { followRun, isRunActive } from './followRun.ts';
import { retryUntilReachable } from './retryUntilReachable.ts';
import { requireDecision } from '../requireDecision.ts';

/** What the graph returns once it has ended. */
const RemoteResult = z.object({ ...outputFields, examples: z.array(Example).default([]) });
export type RemoteResult = z.infer<typeof RemoteResult>;

/** How a thread ended. `streamComplete`: all its events arrived here, each run in one stream. */
export interface ThreadOutcome {
  result: RemoteResult;
  streamComplete: boolean;
}

/**
 * Brings a thread to its end, whatever its state: an active run is followed, a waiting one is answered, an interrupted one
 * continues, and without any it is started. @throws RemoteError, or an error with the graph's name for it
 */
export async function runThreadToEnd(
  remote: RemoteServer,
  thread: string,
  params: ThreadRunParams,
): Promise<ThreadOutcome> {
  const { client } = remote;
  let streamComplete = true;
  for (;;) {
    const [active] = await retryUntilReachable(params, () => listActiveRuns(remote, thread));
    const state = await retryUntilReachable(params, () => client.threads.getState(thread));
    const result = RemoteResult.safeParse(state.values);
    if (!active && state.next.length === 0 && result.success) return { result: result.data, streamComplete };
    const run = active ?? (await createThreadRun(remote, thread, state, params));
    streamComplete = (await followRun(client, thread, run, params)) && streamComplete;
  }
}

async function listActiveRuns({ client }: RemoteServer, thread: string): Promise<Run[]> {
  const runs = await client.runs.list(thread, { limit: 10 });
  return runs.filter(isRunActive);
}

/** A new run of the thread: from its start, from its last checkpoint, or with a person's answer. */
async function createThreadRun(
  remote: RemoteServer,
  thread: string,
  state: ThreadState,
  params: ThreadRunParams,
): Promise<Run> {
  const [question] = state.tasks.flatMap(({ interrupts }) => interrupts);
  if (question && !params.ask)
    throw new RemoteError('the run waits at a level for a person; add --approve to answer here');
  const step = question
    ? { command: { resume: await requireDecision(params.ask, question.value) } }
    : { input: state.next.length ? null : { ...params.input } };
  return retryUntilReachable(params, () =>
    remote.client.runs.create(thread, GRAPH_NAME, {
      ...step,
      config: { configurable: { [CONFIGURABLE_KEY]: params.options } },
      streamMode: ['custom'],
      streamSubgraphs: true,
      streamResumable: true,
      multitaskStrategy: 'reject',
      durability: 'async',
    }),
  );
}
