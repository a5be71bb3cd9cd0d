/** How long writes are collected before they are saved in one transaction. */
const WRITE_DELAY_MS = 25;

/** Serializes and saves values, after the step that produced them. */
export type WriteJob = () => Promise<void>;

/** Writes that wait until the next model calls have started. A crash until then costs nothing, because answers are in the cache. */
export class WriteQueue {
  readonly #save: (jobs: readonly WriteJob[]) => Promise<void>;
  #pendingJobs: WriteJob[] = [];
  #lastWrite: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failure: { error: unknown } | undefined;

  /** `save`: saves jobs together or not at all. */
  constructor(save: (jobs: readonly WriteJob[]) => Promise<void>) {
    this.#save = save;
  }

  add(job: WriteJob): void {
    this.#pendingJobs.push(job);
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), WRITE_DELAY_MS);
  }

  /** @throws the error of a write that failed, since nothing after it is saved */
  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /** Saves what is pending. @throws the error of a failed write, such as a full disk */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const jobs = this.#pendingJobs.splice(0);
    if (jobs.length) this.#lastWrite = this.#lastWrite.then(() => this.#save(jobs));
    await this.#lastWrite.catch((error: unknown) => {
      this.#failure = { error };
      throw error;
    });
  }
}
