import type { App } from './app.ts';
import { follow } from './follow.ts';
import { makePage } from './makePage.ts';

const page = makePage(document.getElementById('page') ?? document.body, json('run'));
const told = document.getElementById('live');
if (told) follow(page, json('live'));

/** What the page was sent with. */
function json<K extends 'run' | 'live'>(id: K): { run: App['view']; live: NonNullable<App['live']> }[K] {
  const value: { run: App['view']; live: NonNullable<App['live']> }[K] = JSON.parse(
    document.getElementById(id)?.textContent ?? '',
  );
  return value;
}
