import { rmSync } from 'node:fs';
import type { OptimizeEvent } from '../../run/events.ts';
import type { Screen } from '../../run/progress.ts';
import { GrowingRun } from '../../run/growingRun.ts';
import { RunFolder } from '../../run/runFolder.ts';
import { startWatchServer, type WatchServer } from './startWatch.ts';
import { WATCH_ADDRESS_FILE } from './remoteRunControl.ts';

/**
 * Shows a run of this process on a page that can pause and stop it: from its `started` event to its `finished` event.
 * @throws UserError, in answer to `started`, if the port is not free
 */
export function createWatchPage({
  port,
  screen,
}: {
  port: number;
  screen: Screen | null;
}): (event: OptimizeEvent) => Promise<void> {
  let watch: WatchServer | undefined;
  return async (event) => {
    if (event.type === 'started' && event.control) {
      const folder = RunFolder.openExisting(event.folder);
      watch = await startWatchServer(new GrowingRun(folder, event.getUsage), event.control, port, '--watch');
      folder.write(WATCH_ADDRESS_FILE, { url: watch.url });
      screen?.write(`Watch the run at ${watch.url}\n`);
    }
    if (event.type !== 'finished' || !watch) return;
    await watch.end();
    rmSync(RunFolder.openExisting(event.folder).file(WATCH_ADDRESS_FILE), { force: true });
  };
}
