import { createAdaptorServer } from '@hono/node-server';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeGracefully, waitUntilListening } from '../listen.ts';
import { createWatchApp } from './watchApp.ts';
import { ViewFeed } from './viewFeed.ts';
import type { GrowingRun } from '../../run/growingRun.ts';
import type { RunControl } from '../../run/runControl.ts';

/** A server that shows a running search. */
export interface WatchServer {
  url: string;
  feed: ViewFeed;
  /** Sends the end to the open pages and closes within `grace` milliseconds; never fails. */
  end: (grace?: number) => Promise<void>;
}

/** Milliseconds for open pages to receive the end. */
const CLOSE_GRACE_MS = 2000;

/** Shows a run on a loopback port; 0 takes a free one. @throws UserError if the port is not free */
export async function startWatchServer(
  run: GrowingRun,
  work: RunControl,
  port: number,
  flag: string,
): Promise<WatchServer> {
  const token = randomBytes(24).toString('base64url');
  const feed = new ViewFeed(run, work, token);
  const readers = new Set<Promise<void>>();
  const server = createAdaptorServer({ fetch: createWatchApp(feed, work, token, readers).fetch });
  await waitUntilListening(server, port, '127.0.0.1', flag);
  const address = server.address();
  const end = async (grace = CLOSE_GRACE_MS): Promise<void> => {
    // the first poll may have started before the end
    for (let i = 0; i < 2 && readers.size > 0; i++) await feed.poll().catch(() => undefined);
    const finished = new AbortController();
    const timeout = sleep(grace, undefined, finished).catch(() => undefined);
    await Promise.race([Promise.allSettled(readers), timeout]);
    finished.abort();
    await closeGracefully(server, 0);
  };
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}/`, feed, end };
}
