import type { BudgetedRole } from '../models/roles.ts';
import { mapRoles, type RoleRecord, type RoleTokens } from './assumptions.ts';

/** One request to a model. Lengths are in characters. */
export interface CountedRequest {
  role: BudgetedRole;
  /** Models that get it at the same time: more than one for a panel of judges. */
  models?: number;
  input: number;
  output: number;
  /** The texts that must exist before it is sent, and those that it brings. */
  after: readonly string[];
  brings: readonly string[];
}

/** Adds up the calls of one walk: how many by role, their tokens, and how many must wait for one another. */
export class CallLedger {
  readonly calls: RoleRecord<number> = mapRoles(() => 0);
  readonly tokens: RoleTokens = mapRoles(() => ({ input: 0, output: 0 }));
  readonly #concurrency: number;
  readonly #readyAt = new Map<string, number>();
  #phase = '';
  #phaseStart = 0;
  #phaseCalls = 0;
  #latest = 0;
  #finishedRounds = 0;

  /** @param concurrency calls that may be under way at the same time, 1 or more */
  constructor(concurrency: number) {
    this.#concurrency = concurrency;
  }

  /** Calls in a row of which each needs the one before. */
  get steps(): number {
    return this.#latest;
  }

  /** The same if a phase with many calls has to send them in turns. */
  get rounds(): number {
    return this.#finishedRounds + Math.max(this.#latest - this.#phaseStart, this.#phaseCalls / this.#concurrency);
  }

  /** Adds a request. Whatever belongs to another phase than the request before waits for all calls so far. */
  add(phase: string, { role, models = 1, input, output, after, brings }: CountedRequest): void {
    if (phase !== this.#phase) this.#startPhase(phase);
    this.calls[role] += models;
    this.tokens[role].input += (models * input) / 4;
    this.tokens[role].output += (models * output) / 4;
    this.#phaseCalls += models;
    const done = 1 + Math.max(this.#phaseStart, ...after.map((text) => this.#readyAt.get(text) ?? 0));
    for (const text of brings) this.#readyAt.set(text, done);
    this.#latest = Math.max(this.#latest, done);
  }

  #startPhase(phase: string): void {
    this.#finishedRounds = this.rounds;
    this.#phase = phase;
    this.#phaseStart = this.#latest;
    this.#phaseCalls = 0;
  }
}
