import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { streamSSE } from 'hono/streaming';
import { Readable } from 'node:stream';
import { pageParts } from '../../report/page.ts';
import { onlyLocal, refuse, withToken } from '../localRequests.ts';
import type { Feed } from './viewFeed.ts';
import { ACTIONS, type Work } from '../../run/runControl.ts';

/** Milliseconds after which a silent line is kept open by a comment. */
const SILENCE = 15_000;

/** The page of a run at work, its news, and pause, resume and stop. `readers`: the lines to pages that are open. */
export function appOf(feed: Feed, work: Work, token: string, readers: Set<Promise<void>>): Hono {
  const app = new Hono();
  app.use(onlyLocal());
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
    const { view, live } = await feed.current();
    const parts = Readable.from(pageParts(view, { live })).map((part: string) => Buffer.from(part));
    return c.body(Readable.toWeb(parts) as ReadableStream, 200, { 'content-type': 'text/html; charset=utf-8' });
  });
  app.get('/live', async (c) => c.json((await feed.current()).live));
  app.get('/events', async (c) => {
    await feed.current();
    const since = c.req.header('last-event-id') ?? c.req.query('since');
    return streamSSE(c, (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      const line = tell(feed, since, gone.signal, (event) => stream.writeSSE(event))
        .catch(() => undefined)
        .finally(() => readers.delete(line));
      readers.add(line);
      return line;
    });
  });
  app.post('/:action{pause|resume|stop}', bodyLimit({ maxSize: 1024 }), withToken(token), async (c) => {
    const action = ACTIONS.find((a) => a === c.req.param('action'));
    if (action) await work.act(action);
    return c.json((await feed.current()).live);
  });
  app.notFound((c) => refuse(c, 404, 'expected the page of the run (/), got another address', 'invalid_request_error'));
  app.onError((error, c) => refuse(c, 500, `drpo failed: ${error.message}`, 'server_error'));
  return app;
}

/** Tells one page what is new, no faster than it reads: who reads slowly is told less often and misses nothing. */
async function tell(
  feed: Feed,
  since: string | undefined,
  gone: AbortSignal,
  write: (event: { data: string; id?: string; event?: string }) => Promise<void>,
): Promise<void> {
  let version = since;
  while (!gone.aborted) {
    const news = feed.news(version);
    if (news) {
      version = news.live.version;
      await write({ data: JSON.stringify(news), id: version });
    } else if (feed.over) return;
    else {
      const silent = AbortSignal.timeout(SILENCE);
      await feed.changed(AbortSignal.any([gone, silent]));
      if (silent.aborted && !gone.aborted) await write({ event: 'alive', data: '' });
    }
  }
}
