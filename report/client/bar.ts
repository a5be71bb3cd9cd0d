import { isOver, type Live } from '../live.ts';
import type { App } from './app.ts';
import { askedOf, count, counted, dollars, duration, h, points, type Child } from './dom.ts';

const PHASE: Record<Live['phase'], string> = {
  running: 'Running',
  paused: 'Paused',
  stopping: 'Stopping',
  resting: 'At rest',
  ended: 'Ended',
  failed: 'Failed',
};
const ACTS = { pause: 'Pause', resume: 'Resume', stop: 'Stop' } as const;
type Act = keyof typeof ACTS;

/** The bar of a page that is fed: where the run stands, how far it is, what it took so far, and a hand on it. */
export function makeBar(app: App, bar: HTMLElement): { update: () => void; connected: (is: boolean) => void } {
  const phase = h('strong', { class: 'phase', role: 'status' });
  const meter = h('progress', { 'aria-label': 'Levels searched' });
  const figures = h('span', { class: 'figures' });
  const note = h('p', { class: 'note', hidden: true });
  const lost = 'The run’s server does not answer. It is asked again every few seconds.';
  let [heard, complaint] = [performance.now(), ''];
  let there = true;
  const press = async (act: Act): Promise<void> => {
    complaint = await ask(act, app.live?.token ?? '');
    update();
  };
  const other = (): Act => (app.live?.phase === 'paused' ? 'resume' : 'pause');
  const hold = h('button', { type: 'button', click: () => void press(other()) }, ACTS.pause);
  const stop = h('button', { type: 'button', class: 'stop', click: () => void press('stop') }, ACTS.stop);
  const acts = h('span', { class: 'acts' }, hold, stop);
  bar.append(h('div', {}, phase, meter, figures, acts), note);
  bar.hidden = false;

  function update(): void {
    const { live, view } = app;
    if (!live) return;
    bar.dataset['phase'] = there ? live.phase : 'lost';
    set(phase, there ? PHASE[live.phase] : 'Not reached');
    const done = Math.max(0, view.levels.length - 1);
    meter.max = Math.max(1, live.levels ?? done, done);
    meter.value = done;
    meter.hidden = live.levels === null || isOver(live);
    figures.replaceChildren(...soFar(app, view.seconds ?? passed(live, heard)).map((t) => h('span', {}, t)));
    acts.hidden = live.token === null || isOver(live);
    hold.disabled = stop.disabled = !there || live.phase === 'stopping';
    set(hold, ACTS[other()]);
    const text = [there ? '' : lost, complaint, live.note ?? ''].filter(Boolean).join(' ');
    note.hidden = text === '';
    set(note, text);
  }

  const ticking = window.setInterval(() => {
    if (app.live && isOver(app.live)) window.clearInterval(ticking);
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
function set(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const passed = ({ seconds, phase }: Live, heard: number): number | null =>
  seconds === null
    ? null
    : seconds + (phase === 'running' || phase === 'stopping' ? (performance.now() - heard) / 1000 : 0);

/** How far the run is and what it took. */
function soFar({ view, live }: App, seconds: number | null): Child[] {
  const { calls, tokens } = askedOf(view.roles);
  const levels = Math.max(0, view.levels.length - 1);
  return [
    live?.levels
      ? `level ${count(levels)} of at most ${count(Math.max(levels, live.levels))}`
      : counted(levels, 'level'),
    `${count(view.nodes.length)} judged`,
    view.best.value === null ? null : `best path ${points(view.best.value)}`,
    counted(calls, 'call'),
    counted(tokens, 'token'),
    view.usd ? dollars(view.usd) : null,
    seconds === null ? null : duration(Math.floor(seconds)),
  ].filter((t) => t !== null);
}

/** Asks the run's server to act; gives a complaint, or nothing. */
async function ask(act: Act, token: string): Promise<string> {
  try {
    const answer = await fetch(act, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    return answer.ok ? '' : `${ACTS[act]}: the run’s server refused (${answer.status}); open its address anew.`;
  } catch {
    return `${ACTS[act]}: the run’s server does not answer.`;
  }
}
