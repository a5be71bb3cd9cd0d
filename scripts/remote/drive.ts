import type { Run, ThreadState } from '@langchain/langgraph-sdk';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { found } from '../../state/channels.ts';
import { Example } from '../../state/example.ts';
import { Hypothesis } from '../../state/hypothesis.ts';
import { KEY, type RunOptions } from './asked.ts';
import { GRAPH, RemoteFailed, said, type Remote } from './connect.ts';
import { Usage } from './usage.ts';

/** What the graph returns once it has ended. */
const Ended = z.object({ ...found, examples: z.array(Example).default([]) });
export type Ended = z.infer<typeof Ended>;

const Refused = z.object({ parent: z.string(), sample: z.number(), reason: z.string() });
/** What a run tells on its custom stream. */
const Heard = z.object({
  judged: Hypothesis.optional(),
  refused: z.array(Refused).default([]),
  usage: Usage.optional(),
});
export type Heard = z.infer<typeof Heard>;

export interface Driving {
  input: { queries: readonly unknown[]; examples: readonly Example[] };
  options: RunOptions;
  /** Told of what is judged, refused and spent, as it is. */
  heard: (event: Heard) => void;
  /** Asked where the run rests; without it a run that rests is refused. */
  ask?: ((question: unknown) => Promise<unknown>) | undefined;
  /** Told of the run that is followed. */
  following?: (run: string) => void;
  signal: AbortSignal;
}

/** Milliseconds between attempts to reach a server that does not answer: two minutes in all. */
const WAITS = [500, 1000, 2000, 4000, 8000, 15_000, 30_000, 30_000, 30_000];

/**
 * Brings a thread to its end, wherever it stands: a run at work is followed, one that rests is answered, one that was
 * broken off goes on, and where there is none it is begun. @throws RemoteFailed, or an error that bears the graph's name for it
 */
export async function drive(remote: Remote, thread: string, driving: Driving): Promise<Ended> {
  const { client } = remote;
  for (;;) {
    const [active] = await patiently(driving, () => atWork(remote, thread));
    const state = await patiently(driving, () => client.threads.getState(thread));
    const ended = Ended.safeParse(state.values);
    if (!active && state.next.length === 0 && ended.success) return ended.data;
    await follow(remote, thread, active ?? (await begun(remote, thread, state, driving)), driving);
  }
}

async function atWork({ client }: Remote, thread: string): Promise<Run[]> {
  const runs = await client.runs.list(thread, { limit: 10 });
  return runs.filter(({ status }) => status === 'pending' || status === 'running');
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

/** Hears a run out. A stream that breaks is taken up again where it was. */
async function follow({ client }: Remote, thread: string, run: Run, driving: Driving): Promise<void> {
  driving.following?.(run.run_id);
  let last = '-1';
  let failure: unknown;
  let { status } = run;
  while (status === 'pending' || status === 'running') {
    await patiently(driving, async () => {
      const { signal } = driving;
      const stream = client.runs.joinStream(thread, run.run_id, { lastEventId: last, streamMode: ['custom'], signal });
      for await (const { id, event, data } of stream) {
        if (id !== undefined) last = id;
        if (event === 'error') failure = data;
        if (event.startsWith('custom')) driving.heard(Heard.parse(data));
      }
      ({ status } = await client.runs.get(thread, run.run_id));
      if (status === 'error' || status === 'timeout') failure ??= `it ended with status ${status}`;
      else failure = undefined;
    });
    if (status === 'pending' || status === 'running') await sleep(500); // it is begun anew by a server that came back
  }
  if (status === 'interrupted' && !(await rests(client, thread)))
    throw new RemoteFailed('the run was stopped at the server; the same command goes on from there');
  if (failure !== undefined) throw failureOf(failure);
}

const rests = async (client: Remote['client'], thread: string): Promise<boolean> =>
  (await client.threads.getState(thread)).tasks.some(({ interrupts }) => interrupts.length > 0);

/** Tries again while the server does not answer. What it refuses is told at once. */
async function patiently<T>({ signal }: Driving, ask: () => Promise<T>): Promise<T> {
  for (const wait of [...WAITS, null]) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (wait === null || isRefusal(error) || error instanceof z.ZodError)
        throw new RemoteFailed(
          `the server did not do its part: ${said(error)}; what was judged is kept, the same command goes on`,
        );
      await sleep(wait, undefined, { signal });
    }
  }
  throw new RemoteFailed('unreachable');
}

const isRefusal = (error: unknown): boolean => {
  const status: unknown = Reflect.get(Object(error), 'status');
  return typeof status === 'number' && status >= 400 && status < 500 && status !== 408 && status !== 429;
};

/** What ended a run, under the name it had there: a budget that is spent is one here too. */
function failureOf(failure: unknown): Error {
  const { error = '', message = said(failure) } = z
    .object({ error: z.string(), message: z.string() })
    .partial()
    .safeParse(failure).data ?? { message: String(failure) };
  const told = new RemoteFailed(`at the server: ${said(new Error(message))}`);
  if (error === 'BudgetExceeded') told.name = error;
  return told;
}
