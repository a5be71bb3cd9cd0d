import { randomBytes } from 'node:crypto';
import { isRunOver, type LiveStatus, type ViewUpdate } from '../../report/liveStatus.ts';
import { createViewPatch, type ViewPatch } from '../../report/viewPatch.ts';
import type { RunView } from '../../report/runView.ts';
import type { GrowingRun } from '../../run/growingRun.ts';
import type { RunStatus, RunControl } from '../../run/runControl.ts';

/** Milliseconds between two polls, at least, and in relation to the time that a poll takes. */
const MIN_POLL_INTERVAL_MS = 400;
const POLL_INTERVAL_FACTOR = 25;
/** Patches kept for readers that lag behind. A reader that lags further gets the whole view. */
const MAX_KEPT_PATCHES = 64;

/** What a run's pages receive: one view, updated while somebody reads it, and the patches that led to it. */
export class ViewFeed {
  readonly #run: GrowingRun;
  readonly #control: RunControl;
  readonly #token: string;
  /** Names this feed, so that a page left open by an earlier server asks for everything. */
  readonly #name = randomBytes(6).toString('hex');
  readonly #patches: { count: number; patch: ViewPatch | null }[] = [];
  readonly #readers = new Set<() => void>();
  #status: RunStatus | undefined;
  #view: RunView | undefined;
  #count = 0;
  #polling: Promise<void> | undefined;
  #isPollScheduled = false;

  constructor(run: GrowingRun, work: RunControl, token: string) {
    this.#run = run;
    this.#control = work;
    this.#token = token;
  }

  get isOver(): boolean {
    return this.#status !== undefined && isRunOver(this.#status);
  }

  /** The view and the run's status as they are now. */
  async readCurrent(): Promise<{ view: RunView; live: LiveStatus }> {
    await this.poll();
    return { view: this.#getView(), live: this.#getLive() };
  }

  /** What a reader with a version needs; null if nothing changed. */
  getNews(version: string | undefined): ViewUpdate | null {
    const [name, had] = version?.split('-') ?? [];
    const count = Number(had);
    const live = this.#getLive();
    const oldest = this.#patches[0]?.count ?? this.#count + 1;
    if (name !== this.#name || !(count >= oldest - 1)) return { live, view: this.#getView() };
    if (count >= this.#count) return null;
    return { live, patches: this.#patches.flatMap((p) => (p.count > count && p.patch ? [p.patch] : [])) };
  }

  /** Resolves at the next change, or when `signal` says that nobody waits any more. While one waits, the run is looked at. */
  waitForChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#readers.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#readers.add(done);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
      if (!this.#isPollScheduled) this.#schedulePoll(MIN_POLL_INTERVAL_MS);
    });
  }

  /** Reads the run now and wakes those who wait. */
  poll(): Promise<void> {
    return (this.#polling ??= this.#pollRun().finally(() => (this.#polling = undefined)));
  }

  async #pollRun(): Promise<void> {
    const status = await this.#control.getStatus();
    const before = this.#view;
    const ended = status.phase === 'ended';
    if (this.#run.refresh(ended) || !before) this.#view = this.#run.view();
    const patch = before && this.#view !== before ? createViewPatch(before, this.#getView()) : null;
    const changed = JSON.stringify({ ...status, seconds: 0 }) !== JSON.stringify({ ...this.#status, seconds: 0 });
    this.#status = status;
    if (!patch && patch !== undefined && !changed) return;
    this.#count += 1;
    if (patch === undefined) this.#patches.length = 0;
    else this.#patches.push({ count: this.#count, patch });
    if (this.#patches.length > MAX_KEPT_PATCHES) this.#patches.shift();
    for (const wake of this.#readers) wake();
  }

  #schedulePoll(wait: number): void {
    this.#isPollScheduled = true;
    const look = async (): Promise<void> => {
      const started = performance.now();
      // a file that cannot be read just now is looked at again
      await this.poll().catch(() => undefined);
      const took = performance.now() - started;
      this.#isPollScheduled = false;
      if (this.#readers.size) this.#schedulePoll(Math.max(MIN_POLL_INTERVAL_MS, took * POLL_INTERVAL_FACTOR));
    };
    setTimeout(() => void look(), wait).unref();
  }

  #getView(): RunView {
    if (!this.#view) throw new Error('expected a view that was looked at, got none');
    return this.#view;
  }

  #getLive(): LiveStatus {
    if (!this.#status) throw new Error('expected a run that was looked at, got none');
    const { reachable, ...status } = this.#status;
    return { version: `${this.#name}-${this.#count}`, token: reachable ? this.#token : null, ...status };
  }
}
