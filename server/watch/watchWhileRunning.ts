import { rmSync } from 'node:fs';
import { resolveSearchOptions } from '../../graphs/searchOptions.ts';
import type { Screen } from '../../run/progress.ts';
import { toGraphOptions, type Session } from '../../run/session.ts';
import { classifyStop } from '../../run/stopRun.ts';
import { GrowingRun } from '../../run/growingRun.ts';
import { startWatchServer } from './startWatch.ts';
import { WATCH_ADDRESS_FILE } from './remoteRunControl.ts';
import { createRunControl } from '../../run/runControl.ts';

/**
 * Does a run's work, shown meanwhile on a page that can pause and stop it. The page ends with the work, whatever its
 * readers do. @throws UserError where the port cannot be had, and what the work throws
 */
export async function withWatchPage<T>(
  session: Session,
  { port, screen }: { port: number; screen: Screen | null },
  doWork: () => Promise<T>,
): Promise<T> {
  const { folder, gateway, config } = session;
  const { depth } = resolveSearchOptions(toGraphOptions(config));
  const work = createRunControl(gateway, Math.min(depth, config.queries.limit ?? Infinity) - 1);
  const watch = await startWatchServer(new GrowingRun(folder, () => gateway.getUsageTotals()), work, port, '--watch');
  folder.write(WATCH_ADDRESS_FILE, { url: watch.url });
  screen?.write(`Watch the run at ${watch.url}\n`);
  const interrupted = (): void => void work.act('stop');
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  try {
    const done = await doWork();
    work.end();
    return done;
  } catch (error) {
    if (classifyStop(error) === null) work.fail(error instanceof Error ? error.message : String(error));
    else work.end();
    throw error;
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await watch.end();
    rmSync(folder.file(WATCH_ADDRESS_FILE), { force: true });
  }
}
