import { isRunOver, type LiveStatus, type ViewUpdate } from '../liveStatus.ts';
import { applyViewPatch } from '../viewPatch.ts';
import { makeStatusBar } from './makeStatusBar.ts';
import type { Page } from './makePage.ts';

/** Milliseconds between two drawings at least, and until a server that has gone is asked for again. */
const MIN_REDRAW_INTERVAL_MS = 250;
const RECONNECT_DELAY_MS = 3000;

/** Keeps a page up to date with the run's server until it has told how the run ended. */
export function connectLivePage({ app, bar, update }: Page, live: LiveStatus): void {
  app.live = live;
  let drawing: number | undefined;
  const strip = makeStatusBar(app, bar);
  const draw = (): void => {
    drawing = undefined;
    const started = performance.now();
    update();
    strip.update();
    pace = Math.max(MIN_REDRAW_INTERVAL_MS, 4 * (performance.now() - started));
  };
  let pace = MIN_REDRAW_INTERVAL_MS;

  const hear = (text: string): void => {
    const news: ViewUpdate = JSON.parse(text);
    app.view = (news.patches ?? []).reduce(applyViewPatch, news.view ?? app.view);
    app.live = news.live;
    strip.connected(true);
    if (isRunOver(news.live)) source?.close();
    drawing ??= window.setTimeout(draw, pace);
  };
  let source: EventSource | undefined;
  const connect = (): void => {
    source = new EventSource(`events?since=${encodeURIComponent(app.live?.version ?? '')}`);
    source.addEventListener('message', ({ data }: MessageEvent<string>) => hear(data));
    source.addEventListener('error', () => {
      strip.connected(false);
      // the browser tries again by itself, but not after an answer that was none
      if (source?.readyState === EventSource.CLOSED) window.setTimeout(connect, RECONNECT_DELAY_MS);
    });
  };
  strip.update();
  if (!isRunOver(live)) connect();
}
