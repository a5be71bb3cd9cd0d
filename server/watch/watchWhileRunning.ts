import { rmSync } from 'node:fs';
import { searchOptions } from '../../graphs/searchOptions.ts';
import type { Screen } from '../../run/progress.ts';
import { graphOptions, type Session } from '../../run/session.ts';
import { stoppedBy } from '../../run/stopRun.ts';
import { GrowingRun } from '../../run/growingRun.ts';
import { startWatch } from './startWatch.ts';
import { ADDRESS } from './remoteRunControl.ts';
import { ownWork } from '../../run/runControl.ts';

/**
 * Does a run's work, shown meanwhile on a page that can pause and stop it. The page ends with the work, whatever its
 * readers do. @throws UserFault where the port cannot be had, and what the work throws
 */
export async function whileWatched<T>(
  session: Session,
  { port, screen }: { port: number; screen: Screen | null },
  doWork: () => Promise<T>,
): Promise<T> {
  const { folder, gateway, config } = session;
  const { depth } = searchOptions(graphOptions(config));
  const work = ownWork(gateway, Math.min(depth, config.queries.limit ?? Infinity) - 1);
  const watch = await startWatch(new GrowingRun(folder, () => gateway.tally()), work, port, '--watch');
  folder.write(ADDRESS, { url: watch.url });
  screen?.write(`Watch the run at ${watch.url}\n`);
  const interrupted = (): void => void work.act('stop');
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  try {
    const done = await doWork();
    work.end();
    return done;
  } catch (error) {
    if (stoppedBy(error) === null) work.fail(error instanceof Error ? error.message : String(error));
    else work.end();
    throw error;
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await watch.end();
    rmSync(folder.file(ADDRESS), { force: true });
  }
}
