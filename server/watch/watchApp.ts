import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { streamSSE } from 'hono/streaming';
import { Readable } from 'node:stream';
import { renderPageParts } from '../../report/page.ts';
import { requireLoopback, refuse, requireToken } from '../loopback.ts';
import type { ViewFeed } from './viewFeed.ts';
import { RUN_ACTIONS, type RunControl } from '../../run/runControl.ts';

/** Milliseconds after which a silent line is kept open by a comment. */
const KEEP_ALIVE_INTERVAL_MS = 15_000;

/** The page of a running search, its updates, and pause, resume and stop. `readers`: the connections to open pages. */
export function createWatchApp(feed: ViewFeed, work: RunControl, token: string, readers: Set<Promise<void>>): Hono {
  const app = new Hono();
  app.use(requireLoopback());
  app.use(async (c, next) => {
    const origin = c.req.header('origin');
    if (origin === undefined || new URL(origin).host === c.req.header('host')) return next();
    return refuse(c, 403, 'expected no Origin or this server’s own, got another one', 'invalid_request_error');
  });
  app.use(secureHeaders({ xFrameOptions: 'DENY', strictTransportSecurity: false }));
  app.use(async (c, next) => {
    await next();
    c.header('Cache-Control', 'no-store');
  });
  app.get('/', async (c) => {
    const { view, live } = await feed.readCurrent();
    const parts = Readable.from(renderPageParts(view, { live })).map((part: string) => Buffer.from(part));
    return c.body(Readable.toWeb(parts) as ReadableStream, 200, { 'content-type': 'text/html; charset=utf-8' });
  });
  app.get('/live', async (c) => c.json((await feed.readCurrent()).live));
  app.get('/events', async (c) => {
    await feed.readCurrent();
    const since = c.req.header('last-event-id') ?? c.req.query('since');
    return streamSSE(c, (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      const line = streamNews(feed, since, gone.signal, (event) => stream.writeSSE(event))
        .catch(() => undefined)
        .finally(() => readers.delete(line));
      readers.add(line);
      return line;
    });
  });
  app.post('/:action{pause|resume|stop}', bodyLimit({ maxSize: 1024 }), requireToken(token), async (c) => {
    const action = RUN_ACTIONS.find((a) => a === c.req.param('action'));
    if (action) await work.act(action);
    return c.json((await feed.readCurrent()).live);
  });
  app.notFound((c) => refuse(c, 404, 'expected the page of the run (/), got another address', 'invalid_request_error'));
  app.onError((error, c) => refuse(c, 500, `drpo failed: ${error.message}`, 'server_error'));
  return app;
}

/** Sends updates to one page, no faster than it reads: a slow reader gets fewer, larger ones. */
async function streamNews(
  feed: ViewFeed,
  since: string | undefined,
  gone: AbortSignal,
  write: (event: { data: string; id?: string; event?: string }) => Promise<void>,
): Promise<void> {
  let version = since;
  while (!gone.aborted) {
    const news = feed.getNews(version);
    if (news) {
      version = news.live.version;
      await write({ data: JSON.stringify(news), id: version });
    } else if (feed.isOver) return;
    else {
      const silent = AbortSignal.timeout(KEEP_ALIVE_INTERVAL_MS);
      await feed.waitForChange(AbortSignal.any([gone, silent]));
      if (silent.aborted && !gone.aborted) await write({ event: 'alive', data: '' });
    }
  }
}
