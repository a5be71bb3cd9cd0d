import { isOver, type Live, type News } from '../live.ts';
import { patched } from '../patch.ts';
import { makeBar } from './bar.ts';
import type { Page } from './makePage.ts';

/** Milliseconds between two drawings at least, and until a server that has gone is asked for again. */
const PACE = 250;
const AGAIN = 3000;

/** Keeps a page up to date with the run's server until it has told how the run ended. */
export function follow({ app, bar, update }: Page, live: Live): void {
  app.live = live;
  let drawing: number | undefined;
  const strip = makeBar(app, bar);
  const draw = (): void => {
    drawing = undefined;
    const started = performance.now();
    update();
    strip.update();
    pace = Math.max(PACE, 4 * (performance.now() - started));
  };
  let pace = PACE;

  const hear = (text: string): void => {
    const news: News = JSON.parse(text);
    app.view = (news.patches ?? []).reduce(patched, news.view ?? app.view);
    app.live = news.live;
    strip.connected(true);
    if (isOver(news.live)) source?.close();
    drawing ??= window.setTimeout(draw, pace);
  };
  let source: EventSource | undefined;
  const connect = (): void => {
    source = new EventSource(`events?since=${encodeURIComponent(app.live?.version ?? '')}`);
    source.addEventListener('message', ({ data }: MessageEvent<string>) => hear(data));
    source.addEventListener('error', () => {
      strip.connected(false);
      // the browser tries again by itself, but not after an answer that was none
      if (source?.readyState === EventSource.CLOSED) window.setTimeout(connect, AGAIN);
    });
  };
  strip.update();
  if (!isOver(live)) connect();
}
