import { isRunOver, type LiveStatus } from '../liveStatus.ts';
import type { App } from './app.ts';
import { createElement, type ElementChild } from './dom.ts';
import { formatCount, formatDollars, formatScore, formatSeconds, pluralizeCount, sumRoleUsage } from './format.ts';

const PHASE_LABELS: Record<LiveStatus['phase'], string> = {
  running: 'Running',
  paused: 'Paused',
  stopping: 'Stopping',
  stopped: 'Not running',
  ended: 'Ended',
  failed: 'Failed',
};
const ACTION_LABELS = { pause: 'Pause', resume: 'Resume', stop: 'Stop' } as const;
type BarAction = keyof typeof ACTION_LABELS;

/** The status bar of a running search: its phase, progress and usage, and buttons to pause and stop it. */
export function makeStatusBar(
  app: App,
  bar: HTMLElement,
): { update: () => void; setConnected: (connected: boolean) => void } {
  const phase = createElement('strong', { class: 'phase', role: 'status' });
  const meter = createElement('progress', { 'aria-label': 'Levels searched' });
  const figures = createElement('span', { class: 'figures' });
  const note = createElement('p', { class: 'note', hidden: true });
  const disconnectedNote = 'The server of this page does not answer. The page tries again every few seconds.';
  let [updatedAt, failureNote] = [performance.now(), ''];
  let isConnected = true;
  const press = async (action: BarAction): Promise<void> => {
    failureNote = await sendAction(action, app.live?.token ?? '');
    update();
  };
  const getPauseAction = (): BarAction => (app.live?.phase === 'paused' ? 'resume' : 'pause');
  const pause = createElement(
    'button',
    { type: 'button', click: () => void press(getPauseAction()) },
    ACTION_LABELS.pause,
  );
  const stop = createElement(
    'button',
    { type: 'button', class: 'stop', click: () => void press('stop') },
    ACTION_LABELS.stop,
  );
  const actions = createElement('span', { class: 'actions' }, pause, stop);
  bar.append(createElement('div', {}, phase, meter, figures, actions), note);
  bar.hidden = false;

  function update(): void {
    const { live, view } = app;
    if (!live) return;
    bar.dataset['phase'] = isConnected ? live.phase : 'lost';
    setText(phase, isConnected ? PHASE_LABELS[live.phase] : 'Not connected');
    const done = Math.max(0, view.levels.length - 1);
    meter.max = Math.max(1, live.levels ?? done, done);
    meter.value = done;
    meter.hidden = live.levels === null || isRunOver(live);
    figures.replaceChildren(
      ...listProgressFigures(app, view.seconds ?? computeElapsedSeconds(live, updatedAt)).map((t) =>
        createElement('span', {}, t),
      ),
    );
    actions.hidden = live.token === null || isRunOver(live);
    pause.disabled = stop.disabled = !isConnected || live.phase === 'stopping';
    setText(pause, ACTION_LABELS[getPauseAction()]);
    const text = [isConnected ? '' : disconnectedNote, failureNote, live.note ?? ''].filter(Boolean).join(' ');
    note.hidden = text === '';
    setText(note, text);
  }

  const ticker = window.setInterval(() => {
    if (app.live && isRunOver(app.live)) window.clearInterval(ticker);
    else if (isConnected) update();
  }, 1000);
  return {
    update: () => {
      updatedAt = performance.now();
      update();
    },
    setConnected: (connected) => {
      if (isConnected === (isConnected = connected)) return;
      failureNote = '';
      update();
    },
  };
}

/** Sets a text only if it changed, so that a screen reader reads it once. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const computeElapsedSeconds = ({ seconds, phase }: LiveStatus, updatedAt: number): number | null =>
  seconds === null
    ? null
    : seconds + (phase === 'running' || phase === 'stopping' ? (performance.now() - updatedAt) / 1000 : 0);

/** The progress of the run and its usage. */
function listProgressFigures({ view, live }: App, seconds: number | null): ElementChild[] {
  const { calls, tokens } = sumRoleUsage(view.roles);
  const levels = Math.max(0, view.levels.length - 1);
  return [
    live?.levels
      ? `level ${formatCount(levels)} of at most ${formatCount(Math.max(levels, live.levels))}`
      : pluralizeCount(levels, 'level'),
    `${pluralizeCount(view.nodes.length, 'node')} judged`,
    view.best.value === null ? null : `best path ${formatScore(view.best.value)}`,
    pluralizeCount(calls, 'call'),
    pluralizeCount(tokens, 'token'),
    view.usd ? formatDollars(view.usd) : null,
    seconds === null ? null : formatSeconds(Math.floor(seconds)),
  ].filter((t) => t !== null);
}

/** Sends an action to the server. Returns a note if it failed, else an empty text. */
async function sendAction(action: BarAction, token: string): Promise<string> {
  try {
    const response = await fetch(action, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    return response.ok
      ? ''
      : `${ACTION_LABELS[action]}: the server refused (${response.status}). Open its address again.`;
  } catch {
    return `${ACTION_LABELS[action]}: the server does not answer.`;
  }
}
