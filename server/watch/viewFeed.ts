import { randomBytes } from 'node:crypto';
import { isOver, type Live, type News } from '../../report/live.ts';
import { patchOf, type Patch } from '../../report/patch.ts';
import type { RunView } from '../../report/runView.ts';
import type { GrowingRun } from '../../run/growingRun.ts';
import type { Standing, Work } from '../../run/runControl.ts';

/** Milliseconds between two looks at the run; looking takes at most one part in so many of the time. */
const PACE = 400;
const SHARE = 25;
/** Patches kept for readers that lag behind; who lags further is sent the whole view. */
const KEPT = 64;

/** What a run's pages are told: one view, brought up to date while somebody reads it, and the patches that led there. */
export class Feed {
  readonly #run: GrowingRun;
  readonly #work: Work;
  readonly #token: string;
  /** Names this feed, so that a page left open by an earlier server asks for everything. */
  readonly #name = randomBytes(6).toString('hex');
  readonly #patches: { count: number; patch: Patch | null }[] = [];
  readonly #readers = new Set<() => void>();
  #standing: Standing | undefined;
  #view: RunView | undefined;
  #count = 0;
  #looking: Promise<void> | undefined;
  #looksAgain = false;

  constructor(run: GrowingRun, work: Work, token: string) {
    this.#run = run;
    this.#work = work;
    this.#token = token;
  }

  get over(): boolean {
    return this.#standing !== undefined && isOver(this.#standing);
  }

  /** The view as it is now, and where the run stands. */
  async current(): Promise<{ view: RunView; live: Live }> {
    await this.look();
    return { view: this.#known(), live: this.#live() };
  }

  /** What one who has a version is to be told; null where that is nothing. */
  news(version: string | undefined): News | null {
    const [name, had] = version?.split('-') ?? [];
    const count = Number(had);
    const live = this.#live();
    const oldest = this.#patches[0]?.count ?? this.#count + 1;
    if (name !== this.#name || !(count >= oldest - 1)) return { live, view: this.#known() };
    if (count >= this.#count) return null;
    return { live, patches: this.#patches.flatMap((p) => (p.count > count && p.patch ? [p.patch] : [])) };
  }

  /** Resolves at the next change, or when `signal` says that nobody waits any more. While one waits, the run is looked at. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#readers.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#readers.add(done);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
      if (!this.#looksAgain) this.#later(PACE);
    });
  }

  /** Looks at the run now, and tells those who wait. */
  look(): Promise<void> {
    return (this.#looking ??= this.#look().finally(() => (this.#looking = undefined)));
  }

  async #look(): Promise<void> {
    const standing = await this.#work.standing();
    const before = this.#view;
    const ended = standing.phase === 'ended';
    if (this.#run.refresh(ended) || !before) this.#view = this.#run.view();
    const patch = before && this.#view !== before ? patchOf(before, this.#known()) : null;
    const moved = JSON.stringify({ ...standing, seconds: 0 }) !== JSON.stringify({ ...this.#standing, seconds: 0 });
    this.#standing = standing;
    if (!patch && patch !== undefined && !moved) return;
    this.#count += 1;
    if (patch === undefined) this.#patches.length = 0;
    else this.#patches.push({ count: this.#count, patch });
    if (this.#patches.length > KEPT) this.#patches.shift();
    for (const tell of this.#readers) tell();
  }

  #later(wait: number): void {
    this.#looksAgain = true;
    const look = async (): Promise<void> => {
      const started = performance.now();
      // a file that cannot be read just now is looked at again
      await this.look().catch(() => undefined);
      const took = performance.now() - started;
      this.#looksAgain = false;
      if (this.#readers.size) this.#later(Math.max(PACE, took * SHARE));
    };
    setTimeout(() => void look(), wait).unref();
  }

  #known(): RunView {
    if (!this.#view) throw new Error('expected a view that was looked at, got none');
    return this.#view;
  }

  #live(): Live {
    if (!this.#standing) throw new Error('expected a run that was looked at, got none');
    const { reachable, ...standing } = this.#standing;
    return { version: `${this.#name}-${this.#count}`, token: reachable ? this.#token : null, ...standing };
  }
}
