import type { UsageTotals } from '../../models/index.ts';
import type { Screen } from '../../run/progress.ts';

/** Progress of an evaluation on stderr: one line rewritten on a terminal, else a line every twentieth part. */
export class ProgressMeter {
  readonly #screen: Screen | null;
  readonly #title: string;
  readonly #total: number;
  readonly #tally: () => UsageTotals;
  #done = 0;
  #missing = 0;

  constructor(screen: Screen | null, title: string, total: number, tally: () => UsageTotals) {
    [this.#screen, this.#title, this.#total, this.#tally] = [screen, title, total, tally];
  }

  step(missing: boolean): void {
    this.#done++;
    if (missing) this.#missing++;
    const part = Math.max(1, Math.ceil(this.#total / 20));
    if (this.#screen?.isTTY || this.#done % part === 0 || this.#done === this.#total) this.#draw();
  }

  #draw(): void {
    const { calls, cached } = this.#tally();
    const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0);
    const parts = [
      `${this.#title}: ${this.#done} of ${this.#total}`,
      this.#missing ? `${this.#missing} missing` : '',
      `${sum(calls)} calls`,
      sum(cached) ? `${sum(cached)} from the cache` : '',
    ];
    const line = parts.filter(Boolean).join(' · ');
    if (!this.#screen?.isTTY) this.#screen?.write(`${line}\n`);
    else this.#screen.write(`\r${line}\u001b[K${this.#done === this.#total ? '\n' : ''}`);
  }
}
