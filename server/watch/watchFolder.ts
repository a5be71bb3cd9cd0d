import { setTimeout as sleep } from 'node:timers/promises';
import { RunFolder } from '../../run/runFolder.ts';
import { GrowingRun } from '../../run/growingRun.ts';
import { createRemoteRunControl } from './remoteRunControl.ts';
import { startWatchServer } from './startWatch.ts';

/** Milliseconds between two looks whether the run has ended. */
const END_POLL_INTERVAL_MS = 1000;

/**
 * Shows the run of another process until it ends, or until `signal`. `onListening` receives the address.
 * A run that has ended is not shown: it has its page. @returns whether it ended
 */
export async function watchFolder(
  dir: string,
  port: number,
  onListening: (url: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const folder = RunFolder.openExisting(dir);
  const run = new GrowingRun(folder);
  const work = createRemoteRunControl(folder, run);
  const ended = async (): Promise<boolean> => (await work.getStatus()).phase === 'ended';
  if (await ended()) return true;
  const { url, end } = await startWatchServer(run, work, port, '--port');
  onListening(url);
  while (!signal.aborted && !(await ended()))
    await sleep(END_POLL_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  await end();
  return ended();
}
