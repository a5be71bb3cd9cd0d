import type { Run, ThreadState } from '@langchain/langgraph-sdk';
import { z } from 'zod';
import { found } from '../../state/channels.ts';
import { Example } from '../../state/example.ts';
import { KEY } from './remoteOptions.ts';
import { GRAPH, RemoteFailed, type Remote } from './connectServer.ts';
import type { Driving } from './threadEvents.ts';
import { follow, isAtWork } from './followRun.ts';
import { patiently } from './retryUntilReachable.ts';

/** What the graph returns once it has ended. */
const Ended = z.object({ ...found, examples: z.array(Example).default([]) });
export type Ended = z.infer<typeof Ended>;

/** How a thread ended. `whole`: all of it was heard here, each run in one stream. */
export interface Driven {
  ended: Ended;
  whole: boolean;
}

/**
 * Brings a thread to its end, wherever it stands: a run at work is followed, one that rests is answered, one that was
 * broken off goes on, and where there is none it is begun. @throws RemoteFailed, or an error that bears the graph's name for it
 */
export async function drive(remote: Remote, thread: string, driving: Driving): Promise<Driven> {
  const { client } = remote;
  let whole = true;
  for (;;) {
    const [active] = await patiently(driving, () => atWork(remote, thread));
    const state = await patiently(driving, () => client.threads.getState(thread));
    const ended = Ended.safeParse(state.values);
    if (!active && state.next.length === 0 && ended.success) return { ended: ended.data, whole };
    const run = active ?? (await begun(remote, thread, state, driving));
    whole = (await follow(client, thread, run, driving)) && whole;
  }
}

async function atWork({ client }: Remote, thread: string): Promise<Run[]> {
  const runs = await client.runs.list(thread, { limit: 10 });
  return runs.filter(isAtWork);
}

/** A new run of the thread: from its beginning, from where it was broken off, or with a person's answer. */
async function begun(remote: Remote, thread: string, state: ThreadState, driving: Driving): Promise<Run> {
  const [question] = state.tasks.flatMap(({ interrupts }) => interrupts);
  if (question && !driving.ask)
    throw new RemoteFailed('the run rests at a level and asks a person: add --approve to answer it here');
  const step = question
    ? { command: { resume: await driving.ask?.(question.value) } }
    : { input: state.next.length ? null : { ...driving.input } };
  return patiently(driving, () =>
    remote.client.runs.create(thread, GRAPH, {
      ...step,
      config: { configurable: { [KEY]: driving.options } },
      streamMode: ['custom'],
      streamSubgraphs: true,
      streamResumable: true,
      multitaskStrategy: 'reject',
      durability: 'async',
    }),
  );
}
