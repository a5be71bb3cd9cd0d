import { isRunOver, type LiveStatus } from '../liveStatus.ts';
import type { App } from './app.ts';
import {
  sumRoleUsage,
  formatCount,
  pluralizeCount,
  formatDollars,
  formatSeconds,
  createElement,
  formatScore,
  type ElementChild,
} from './dom.ts';

const PHASE_LABELS: Record<LiveStatus['phase'], string> = {
  running: 'Running',
  paused: 'Paused',
  stopping: 'Stopping',
  resting: 'At rest',
  ended: 'Ended',
  failed: 'Failed',
};
const ACTION_LABELS = { pause: 'Pause', resume: 'Resume', stop: 'Stop' } as const;
type BarAction = keyof typeof ACTION_LABELS;

/** The bar of a page that is fed: where the run stands, how far it is, what it took so far, and a hand on it. */
export function makeStatusBar(app: App, bar: HTMLElement): { update: () => void; connected: (is: boolean) => void } {
  const phase = createElement('strong', { class: 'phase', role: 'status' });
  const meter = createElement('progress', { 'aria-label': 'Levels searched' });
  const figures = createElement('span', { class: 'figures' });
  const note = createElement('p', { class: 'note', hidden: true });
  const lost = 'The run’s server does not answer. It is asked again every few seconds.';
  let [heard, complaint] = [performance.now(), ''];
  let there = true;
  const press = async (act: BarAction): Promise<void> => {
    complaint = await sendAction(act, app.live?.token ?? '');
    update();
  };
  const other = (): BarAction => (app.live?.phase === 'paused' ? 'resume' : 'pause');
  const hold = createElement('button', { type: 'button', click: () => void press(other()) }, ACTION_LABELS.pause);
  const stop = createElement(
    'button',
    { type: 'button', class: 'stop', click: () => void press('stop') },
    ACTION_LABELS.stop,
  );
  const acts = createElement('span', { class: 'acts' }, hold, stop);
  bar.append(createElement('div', {}, phase, meter, figures, acts), note);
  bar.hidden = false;

  function update(): void {
    const { live, view } = app;
    if (!live) return;
    bar.dataset['phase'] = there ? live.phase : 'lost';
    setText(phase, there ? PHASE_LABELS[live.phase] : 'Not reached');
    const done = Math.max(0, view.levels.length - 1);
    meter.max = Math.max(1, live.levels ?? done, done);
    meter.value = done;
    meter.hidden = live.levels === null || isRunOver(live);
    figures.replaceChildren(
      ...listProgressFigures(app, view.seconds ?? computeElapsedSeconds(live, heard)).map((t) =>
        createElement('span', {}, t),
      ),
    );
    acts.hidden = live.token === null || isRunOver(live);
    hold.disabled = stop.disabled = !there || live.phase === 'stopping';
    setText(hold, ACTION_LABELS[other()]);
    const text = [there ? '' : lost, complaint, live.note ?? ''].filter(Boolean).join(' ');
    note.hidden = text === '';
    setText(note, text);
  }

  const ticking = window.setInterval(() => {
    if (app.live && isRunOver(app.live)) window.clearInterval(ticking);
    else if (there) update();
  }, 1000);
  return {
    update: () => {
      heard = performance.now();
      update();
    },
    connected: (is) => {
      if (there === (there = is)) return;
      complaint = '';
      update();
    },
  };
}

/** Only where it changed, so that a screen reader says it once. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const computeElapsedSeconds = ({ seconds, phase }: LiveStatus, heard: number): number | null =>
  seconds === null
    ? null
    : seconds + (phase === 'running' || phase === 'stopping' ? (performance.now() - heard) / 1000 : 0);

/** How far the run is and what it took. */
function listProgressFigures({ view, live }: App, seconds: number | null): ElementChild[] {
  const { calls, tokens } = sumRoleUsage(view.roles);
  const levels = Math.max(0, view.levels.length - 1);
  return [
    live?.levels
      ? `level ${formatCount(levels)} of at most ${formatCount(Math.max(levels, live.levels))}`
      : pluralizeCount(levels, 'level'),
    `${formatCount(view.nodes.length)} judged`,
    view.best.value === null ? null : `best path ${formatScore(view.best.value)}`,
    pluralizeCount(calls, 'call'),
    pluralizeCount(tokens, 'token'),
    view.usd ? formatDollars(view.usd) : null,
    seconds === null ? null : formatSeconds(Math.floor(seconds)),
  ].filter((t) => t !== null);
}

/** Asks the run's server to act; gives a complaint, or nothing. */
async function sendAction(act: BarAction, token: string): Promise<string> {
  try {
    const answer = await fetch(act, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    return answer.ok
      ? ''
      : `${ACTION_LABELS[act]}: the run’s server refused (${answer.status}); open its address anew.`;
  } catch {
    return `${ACTION_LABELS[act]}: the run’s server does not answer.`;
  }
}
