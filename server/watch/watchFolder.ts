import { setTimeout as sleep } from 'node:timers/promises';
import { RunFolder } from '../../run/runFolder.ts';
import { GrowingRun } from '../../run/growingRun.ts';
import { remoteWork } from './remoteRunControl.ts';
import { startWatch } from './startWatch.ts';

/** Milliseconds between two looks whether the run has ended. */
const PACE = 1000;

/**
 * Shows the run of another process until it ends, or until `signal`; gives whether it ended. `told` is given the address.
 * A run that has ended is not shown: it has its page.
 */
export async function watchFolder(
  dir: string,
  port: number,
  told: (url: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const folder = RunFolder.existing(dir);
  const run = new GrowingRun(folder);
  const work = remoteWork(folder, run);
  const ended = async (): Promise<boolean> => (await work.standing()).phase === 'ended';
  if (await ended()) return true;
  const { url, end } = await startWatch(run, work, port, '--port');
  told(url);
  while (!signal.aborted && !(await ended())) await sleep(PACE, undefined, { signal }).catch(() => undefined);
  await end();
  return ended();
}
