import type { Client, Run, ThreadState } from '@langchain/langgraph-sdk';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { found } from '../../state/channels.ts';
import { Example } from '../../state/example.ts';
import { Hypothesis } from '../../state/hypothesis.ts';
import type { Ask } from '../approve/person.ts';
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
  ask?: Ask | undefined;
  /** Told of the run that is followed. */
  following?: (run: string) => void;
  signal: AbortSignal;
}

/** Milliseconds between attempts to reach a server that does not answer: two minutes in all. */
const WAITS = [500, 1000, 2000, 4000, 8000, 15_000, 30_000, 30_000, 30_000];

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
    whole = (await follow(remote, thread, run, driving)) && whole;
  }
}

async function atWork({ client }: Remote, thread: string): Promise<Run[]> {
  const runs = await client.runs.list(thread, { limit: 10 });
  return runs.filter(isAtWork);
}

const isAtWork = ({ status }: Pick<Run, 'status'>): boolean => status === 'pending' || status === 'running';

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

/** Milliseconds in which a run at work says its first word, since a stream begins with all that was said before. */
const FIRST_WORD_MS = 15_000;

/** Hears a run out. A stream that breaks is begun anew. @returns whether it was heard in one go */
async function follow({ client }: Remote, thread: string, run: Run, driving: Driving): Promise<boolean> {
  driving.following?.(run.run_id);
  let [failure, streams]: [unknown, number] = [undefined, 0];
  let status: Run['status'] = run.status;
  while (isAtWork({ status })) {
    const silent = await patiently(driving, async () => {
      streams++;
      const heard = await listen(client, thread, run, driving);
      failure = heard.failure;
      ({ status } = await client.runs.get(thread, run.run_id));
      return heard.silent;
    });
    if (status === 'error' || status === 'timeout') throw failureOf(failure ?? `the run ended with status ${status}`);
    if (status === 'interrupted' && !(await rests(client, thread)))
      throw new RemoteFailed('the run was stopped at the server; the same command goes on from there');
    if (status === 'running' && silent) return bury(client, thread, run);
  }
  return streams === 1;
}

/** One stream of a run, from the run's beginning. */
async function listen(client: Client, thread: string, run: Run, driving: Driving) {
  const mute = new AbortController();
  const patience = setTimeout(() => mute.abort(), FIRST_WORD_MS);
  const signal = AbortSignal.any([driving.signal, mute.signal]);
  let [failure, silent]: [unknown, boolean] = [undefined, true];
  try {
    const stream = client.runs.joinStream(thread, run.run_id, { lastEventId: '-1', streamMode: ['custom'], signal });
    for await (const { event, data } of stream) {
      clearTimeout(patience);
      silent = false;
      if (event === 'error') failure = data;
      if (event.startsWith('custom')) driving.heard(Heard.parse(data));
    }
  } catch (error) {
    if (!mute.signal.aborted) throw error;
  } finally {
    clearTimeout(patience);
  }
  driving.signal.throwIfAborted();
  return { failure, silent };
}

/** Puts a run away that was at work when its server was killed and that nobody took up: the thread goes on with another. */
async function bury(client: Client, thread: string, { run_id }: Run): Promise<false> {
  // the dev server does not answer this of a run it has lost
  const signal = AbortSignal.timeout(3000);
  await client.runs.cancel(thread, run_id, true, 'interrupt', { signal }).catch(() => undefined);
  const { status } = await client.runs.get(thread, run_id);
  if (status === 'running') await client.runs.delete(thread, run_id);
  return false;
}

const rests = async (client: Client, thread: string): Promise<boolean> =>
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
