import type { App } from './app.ts';
import { connectLivePage } from './connectLivePage.ts';
import { makePage } from './makePage.ts';

const page = makePage(document.getElementById('page') ?? document.body, readEmbeddedJson('run'));
const liveElement = document.getElementById('live');
if (liveElement) connectLivePage(page, readEmbeddedJson('live'));

/** Reads the data in the page's own file. */
function readEmbeddedJson<K extends 'run' | 'live'>(id: K): { run: App['view']; live: NonNullable<App['live']> }[K] {
  const value: { run: App['view']; live: NonNullable<App['live']> }[K] = JSON.parse(
    document.getElementById(id)?.textContent ?? '',
  );
  return value;
}
