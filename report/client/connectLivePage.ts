import { isRunOver, type LiveStatus, type ViewUpdate } from '../liveStatus.ts';
import { applyViewPatch } from '../viewPatch.ts';
import { makeStatusBar } from './makeStatusBar.ts';
import type { Page } from './makePage.ts';

/** The shortest time between two updates of the page, and the time until the next attempt to reach the server. */
const MIN_REDRAW_INTERVAL_MS = 250;
const RECONNECT_DELAY_MS = 3000;

/** Keeps a page up to date with its server until the run ends. */
export function connectLivePage({ app, bar, update }: Page, live: LiveStatus): void {
  app.live = live;
  let drawing: number | undefined;
  const statusBar = makeStatusBar(app, bar);
  const draw = (): void => {
    drawing = undefined;
    const start = performance.now();
    update();
    statusBar.update();
    redrawInterval = Math.max(MIN_REDRAW_INTERVAL_MS, 4 * (performance.now() - start));
  };
  let redrawInterval = MIN_REDRAW_INTERVAL_MS;

  const receive = (text: string): void => {
    const message: ViewUpdate = JSON.parse(text);
    app.view = (message.patches ?? []).reduce(applyViewPatch, message.view ?? app.view);
    app.live = message.live;
    statusBar.setConnected(true);
    if (isRunOver(message.live)) source?.close();
    drawing ??= window.setTimeout(draw, redrawInterval);
  };
  let source: EventSource | undefined;
  const connect = (): void => {
    source = new EventSource(`events?since=${encodeURIComponent(app.live?.version ?? '')}`);
    source.addEventListener('message', ({ data }: MessageEvent<string>) => receive(data));
    source.addEventListener('error', () => {
      statusBar.setConnected(false);
      // the browser tries again by itself, but not after an answer with another status
      if (source?.readyState === EventSource.CLOSED) window.setTimeout(connect, RECONNECT_DELAY_MS);
    });
  };
  statusBar.update();
  if (!isRunOver(live)) connect();
}
