import type { Client, Run } from '@langchain/langgraph-sdk';
import { setTimeout as sleep } from 'node:timers/promises';
import { StreamEvent, type ThreadRunParams } from './threadEvents.ts';
import { RemoteError } from './connectServer.ts';
import { toRemoteFailure, retryUntilReachable } from './retryUntilReachable.ts';

/** Milliseconds in which an active run sends its first event, since a stream starts with all earlier events. */
const FIRST_EVENT_TIMEOUT_MS = 15_000;

/** Follows a run to its end. A stream that breaks is opened again. @returns whether one stream was enough */
export async function followRun(client: Client, thread: string, run: Run, params: ThreadRunParams): Promise<boolean> {
  params.onRun?.(run.run_id);
  let [failure, streams]: [unknown, number] = [undefined, 0];
  let status: Run['status'] = run.status;
  while (isRunActive({ status })) {
    const isSilent = await retryUntilReachable(params, async () => {
      streams++;
      const stream = await readRunStream(client, thread, run, params);
      failure = stream.failure;
      ({ status } = await client.runs.get(thread, run.run_id));
      return stream.isSilent;
    });
    if (status === 'error' || status === 'timeout')
      throw toRemoteFailure(failure ?? `the run ended with status ${status}`);
    if (status === 'interrupted' && !(await hasPendingInterrupt(client, thread)))
      throw new RemoteError('the run was stopped at the server; the same command continues it');
    if (status === 'running' && isSilent) return discardLostRun(client, thread, run);
    if (isRunActive({ status })) await sleep(500);
  }
  return streams === 1;
}

/** One stream of a run, from the run's beginning. */
async function readRunStream(client: Client, thread: string, run: Run, params: ThreadRunParams) {
  const mute = new AbortController();
  const timer = setTimeout(() => mute.abort(), FIRST_EVENT_TIMEOUT_MS);
  const signal = AbortSignal.any([params.signal, mute.signal]);
  let [failure, isSilent]: [unknown, boolean] = [undefined, true];
  try {
    const stream = client.runs.joinStream(thread, run.run_id, { lastEventId: '-1', streamMode: ['custom'], signal });
    for await (const { event, data } of stream) {
      clearTimeout(timer);
      isSilent = false;
      if (event === 'error') failure = data;
      if (event.startsWith('custom')) params.onStreamEvent(StreamEvent.parse(data));
    }
  } catch (error) {
    if (!mute.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  params.signal.throwIfAborted();
  return { failure, isSilent };
}

/** Cancels a run whose server was killed and that no process continued: the thread continues with another run. */
async function discardLostRun(client: Client, thread: string, { run_id }: Run): Promise<false> {
  // the dev server does not answer this of a run it has lost
  const signal = AbortSignal.timeout(3000);
  await client.runs.cancel(thread, run_id, true, 'interrupt', { signal }).catch(() => undefined);
  const { status } = await client.runs.get(thread, run_id);
  if (status === 'running') await client.runs.delete(thread, run_id);
  return false;
}

const hasPendingInterrupt = async (client: Client, thread: string): Promise<boolean> =>
  (await client.threads.getState(thread)).tasks.some(({ interrupts }) => interrupts.length > 0);

/** Whether a run is waiting for its turn, or has it. */
export const isRunActive = ({ status }: Pick<Run, 'status'>): boolean => status === 'pending' || status === 'running';
