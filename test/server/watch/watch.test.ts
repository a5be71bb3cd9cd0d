import { afterAll, describe, expect, it } from '@jest/globals';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gateway } from '../../../models/index.ts';
import type { LiveStatus, ViewUpdate } from '../../../report/liveStatus.ts';
import { applyViewPatch } from '../../../report/viewPatch.ts';
import { createRunView, type RunView } from '../../../report/createRunView.ts';
import { RunFolder } from '../../../run/runFolder.ts';
import { GrowingRun } from '../../../run/growingRun.ts';
import type { OptimizeEvent } from '../../../run/events.ts';
import { optimize } from '../../../run/optimize.ts';
import { createWatchPage } from '../../../server/watch/createWatchPage.ts';
import { createRemoteRunControl } from '../../../server/watch/remoteRunControl.ts';
import { startWatchServer, type WatchServer } from '../../../server/watch/startWatch.ts';
import { JsonlTail } from '../../../run/jsonlTail.ts';
import { watchFolder } from '../../../server/watch/watchFolder.ts';
import { createRunControl } from '../../../run/runControl.ts';
import { lockFolder } from '../../../models/cache/folderLock.ts';
import { largeRun } from '../../report/runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'drpo-watch-'));
const watches: WatchServer[] = [];
afterAll(async () => {
  await Promise.all(watches.map((w) => w.end(0)));
  rmSync(folder, { recursive: true });
});

const given = largeRun(60, { width: 2, actions: 3 });
const lines = (records: readonly unknown[]): string => records.map((r) => `${JSON.stringify(r)}\n`).join('');

/** A run's folder with its first nodes, at work in this process as far as its lock tells. */
function started(nodes: number): { path: string; grow: (to: number) => void; end: () => void; unlock: () => void } {
  const path = mkdtempSync(join(folder, 'run-'));
  let told = 0;
  const grow = (to: number): void => {
    appendFileSync(join(path, 'nodes.jsonl'), lines(given.nodes.slice(told, to)));
    told = to;
  };
  writeFileSync(join(path, 'config.json'), JSON.stringify(given.config));
  writeFileSync(join(path, 'calls.jsonl'), '');
  const unlock = lockFolder(path);
  grow(nodes);
  const end = (): void => {
    writeFileSync(join(path, 'result.json'), JSON.stringify(given.result));
    unlock();
  };
  return { path, grow, end, unlock };
}

async function watched(path: string, gateway = new Gateway()) {
  const work = createRunControl(gateway, 20);
  const run = new GrowingRun(RunFolder.openExisting(path), () => gateway.getUsageTotals());
  const watch = await startWatchServer(run, work, 0, '--watch');
  watches.push(watch);
  return { ...watch, work };
}

/** A page without a browser: a line of news, read as it comes. */
async function reader(url: string, since = '') {
  const response = await fetch(`${url}events?since=${since}`);
  const parts = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    /** The next news; null at the end of the line. */
    async next(): Promise<ViewUpdate | null> {
      for (;;) {
        const at = text.indexOf('\n\n');
        if (at >= 0) {
          const [event, data] = [text.slice(0, at), /^data: (.*)$/m.exec(text.slice(0, at))?.[1] ?? ''];
          text = text.slice(at + 2);
          if (!event.startsWith('event: alive')) return JSON.parse(data) as ViewUpdate;
        } else {
          const part = await parts?.read();
          if (!part || part.done) return null;
          text += part.value;
        }
      }
    },
    leave: () => parts?.cancel(),
  };
}
const shown = (news: ViewUpdate | null, view?: RunView): RunView =>
  (news?.patches ?? []).reduce(applyViewPatch, (news?.view ?? view) as RunView);
const liveOf = async (url: string): Promise<LiveStatus> => (await (await fetch(`${url}live`)).json()) as LiveStatus;

it('a file is read further as it grows, and from its start if another has replaced it', () => {
  const file = join(folder, 'tail.jsonl');
  const seen: string[] = [];
  const tail = new JsonlTail(
    file,
    (line) => seen.push(line),
    () => seen.splice(0),
  );
  expect(tail.read()).toBe(false);
  writeFileSync(file, 'one\ntwo\nthr');
  expect([tail.read(), tail.read()]).toEqual([true, false]);
  expect(seen).toEqual(['one', 'two']);
  appendFileSync(file, 'ee\n');
  expect(tail.read()).toBe(true);
  expect(seen).toEqual(['one', 'two', 'three']);
  truncateSync(file, 4);
  tail.read();
  expect(seen).toEqual(['one']);
  rmSync(file);
  expect(tail.read()).toBe(true);
  expect(seen).toEqual([]);
});

it('a page receives what is new, and at the end it shows the same as the page of the run', async () => {
  const run = started(10);
  const { url, work, end } = await watched(run.path);
  const page = await (await fetch(url)).text();
  const [, json = ''] = /<script type="application\/json" id="live">(.*)<\/script>/.exec(page) ?? [];
  const live = JSON.parse(json) as LiveStatus;
  expect(live).toMatchObject({ phase: 'running', levels: 20, note: null });
  const line = await reader(url);
  let view = shown(await line.next());
  expect(view.nodes).toHaveLength(10);
  run.grow(14);
  const news = await line.next();
  expect(news?.view).toBeUndefined();
  expect(news?.patches?.[0]?.nodes).toHaveLength(4);
  view = shown(news, view);
  // one who had the page's version is told the rest alone, one of another server's everything
  const [again, stranger] = [await reader(url, live.version), await reader(url, 'another-3')];
  expect((await again.next())?.patches?.flatMap((p) => p.nodes)).toHaveLength(4);
  expect((await stranger.next())?.view?.nodes).toHaveLength(14);
  await Promise.all([again.leave(), stranger.leave()]);
  run.grow(60);
  run.end();
  work.end();
  const ended = end();
  for (let next = await line.next(); next; next = await line.next()) {
    view = shown(next, view);
    if (next.live.phase === 'ended') expect(next.live.token).not.toBeNull();
  }
  await ended;
  const { config, result, nodes } = given;
  const record = { config, result, nodes, title: view.title, finished: new Date(view.finished ?? 0) };
  expect(view).toEqual(JSON.parse(JSON.stringify(createRunView(record))));
  await expect(fetch(url)).rejects.toThrow();
});

const status = (url: string, headers: Record<string, string>, method = 'GET'): Promise<number | undefined> =>
  new Promise((done, fail) => {
    request(url, { headers, method }, (res) => done(res.resume().statusCode))
      .on('error', fail)
      .end();
  });

it('the server answers only pages of this machine, and acts only if they send the token', async () => {
  const gateway = new Gateway();
  const { url } = await watched(started(3).path, gateway);
  const { port } = new URL(url);
  const { token } = await liveOf(url);
  expect(await status(url, { host: `localhost:${port}` })).toBe(200);
  expect(await status(url, { host: `evil.example:${port}` })).toBe(403);
  expect(await status(`${url}events`, { host: 'evil.example' })).toBe(403);
  expect(await status(`${url}live`, { origin: 'https://evil.example' })).toBe(403);
  expect(await status(`${url}live`, { origin: 'http://127.0.0.1:1' })).toBe(403);
  expect(await status(`${url}live`, { origin: 'null' })).toBe(403);
  expect(await status(`${url}stop`, {}, 'POST')).toBe(401);
  expect(await status(`${url}stop`, { authorization: 'Bearer guess' }, 'POST')).toBe(401);
  expect(await status(`${url}stop`, { authorization: `Bearer ${token}` })).toBe(404);
  expect(await status(`${url}delete`, { authorization: `Bearer ${token}` }, 'POST')).toBe(404);
  const own = { authorization: `Bearer ${token}`, origin: `http://127.0.0.1:${port}` };
  expect(await status(`${url}pause`, own, 'POST')).toBe(200);
  expect(await liveOf(url)).toMatchObject({ phase: 'paused' });
  await status(`${url}resume`, own, 'POST');
  expect(await liveOf(url)).toMatchObject({ phase: 'running' });
  await status(`${url}stop`, own, 'POST');
  expect(await liveOf(url)).toMatchObject({ phase: 'stopping' });
  const frame = await fetch(url);
  expect(frame.headers.get('x-frame-options')).toBe('DENY');
  expect(frame.headers.get('cache-control')).toBe('no-store');
});

it('a reader that reads nothing delays neither the others nor the end', async () => {
  const run = started(5);
  const { url, work, end } = await watched(run.path);
  const stuck = await new Promise<IncomingMessage>((done) => request(`${url}events`, done).end());
  stuck.pause();
  const line = await reader(url);
  await line.next();
  for (const to of [20, 40, 60]) {
    run.grow(to);
    await line.next();
  }
  run.end();
  work.end();
  const ended = end(300);
  while (await line.next());
  await ended;
  stuck.on('error', () => undefined).destroy();
});

it('the run of another process can be watched, and paused if its page can be reached', async () => {
  const run = started(5);
  const seen = RunFolder.openExisting(run.path);
  const remote = createRemoteRunControl(seen, new GrowingRun(seen));
  expect(await remote.getStatus()).toMatchObject({ phase: 'running', reachable: false });
  await expect(remote.act('pause')).rejects.toThrow('--watch');
  const { url } = await watched(run.path);
  seen.write('watch.json', { url });
  expect(await remote.getStatus()).toMatchObject({ phase: 'running', reachable: true, levels: 20 });
  await remote.act('pause');
  expect(await remote.getStatus()).toMatchObject({ phase: 'paused' });
  seen.write('watch.json', { url: 'http://evil.example/' });
  expect(await remote.getStatus()).toMatchObject({ reachable: false });
  run.unlock();
  expect(await remote.getStatus()).toMatchObject({ phase: 'stopped', reachable: false });
});

it('watching ends with the run, and an ended run is not shown', async () => {
  const run = started(5);
  const shown: string[] = [];
  const never = new AbortController().signal;
  const show = (url: string): void => (shown.push(url), setImmediate(run.end), undefined);
  expect(await watchFolder(run.path, 0, show, never)).toBe(true);
  expect(shown).toHaveLength(1);
  expect(await watchFolder(run.path, 0, show, never)).toBe(true);
  expect(shown).toHaveLength(1);
  const stop = new AbortController();
  expect(await watchFolder(started(5).path, 0, () => setImmediate(() => stop.abort()), stop.signal)).toBe(false);
});

describe('the page of optimize --watch', () => {
  const config = { models: { optimizer: 'simulated' }, search: { depth: 3 }, final: null } as const;

  it('is served from the run’s start to its end, and shows what is judged', async () => {
    const path = mkdtempSync(join(tmpdir(), 'drpo-watch-run-'));
    const lines: string[] = [];
    const show = createWatchPage({ port: 0, screen: { write: (text) => lines.push(text) } });
    let page = '';
    const onEvent = async (event: OptimizeEvent): Promise<void> => {
      await show(event);
      if (event.type !== 'started') return;
      const { url } = JSON.parse(readFileSync(join(path, 'watch.json'), 'utf8')) as { url: string };
      expect(lines).toEqual([`Watch the run at ${url}\n`]);
      page = await (await fetch(url)).text();
    };
    await optimize({ config, folder: path, onEvent });
    expect(page).toContain('<html');
    expect(existsSync(join(path, 'watch.json'))).toBe(false);
  });

  it('ends the run before it starts if the port is not free', async () => {
    const taken = await startListeningSomewhere();
    const path = mkdtempSync(join(tmpdir(), 'drpo-watch-run-'));
    const onEvent = createWatchPage({ port: taken.port, screen: null });
    await expect(optimize({ config, folder: path, onEvent })).rejects.toMatchObject({ exitCode: 2 });
    expect(readFileSync(join(path, 'calls.jsonl'), 'utf8')).toBe('');
    taken.close();
  });
});

async function startListeningSomewhere(): Promise<{ port: number; close: () => void }> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, close: () => void server.close() };
}
