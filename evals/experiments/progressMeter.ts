import type { UsageTotals } from '../../models/index.ts';
import { sumCounts } from '../../statistics/sumCounts.ts';
import type { Screen } from '../../run/progress.ts';

/** Lines of progress on a screen that is no terminal. */
const PROGRESS_LINES = 20;

/** Shows the progress of an evaluation: one line that is rewritten on a terminal, else twenty lines. */
export class ProgressMeter {
  readonly #screen: Screen | null;
  readonly #title: string;
  readonly #total: number;
  readonly #getUsageTotals: () => UsageTotals;
  #done = 0;
  #missing = 0;

  /** @param screen null shows nothing @param total steps to the end */
  constructor(screen: Screen | null, title: string, total: number, getUsageTotals: () => UsageTotals) {
    [this.#screen, this.#title, this.#total, this.#getUsageTotals] = [screen, title, total, getUsageTotals];
  }

  /** Counts a finished item; `missing`: it has no result. */
  step(missing: boolean): void {
    this.#done++;
    if (missing) this.#missing++;
    const stepsPerLine = Math.max(1, Math.ceil(this.#total / PROGRESS_LINES));
    if (this.#screen?.isTTY || this.#done % stepsPerLine === 0 || this.#done === this.#total) this.#draw();
  }

  #draw(): void {
    const { calls, cached } = this.#getUsageTotals();
    const parts = [
      `${this.#title}: ${this.#done} of ${this.#total}`,
      this.#missing ? `${this.#missing} missing` : '',
      `${sumCounts(calls)} calls`,
      sumCounts(cached) ? `${sumCounts(cached)} from the cache` : '',
    ];
    const line = parts.filter(Boolean).join(' · ');
    if (!this.#screen?.isTTY) this.#screen?.write(`${line}\n`);
    else this.#screen.write(`\r${line}\u001b[K${this.#done === this.#total ? '\n' : ''}`);
  }
}
