import { Flight, sleep } from './inFlightRequest.ts';
import type { Answer, Role } from '../transport.ts';

/** The requests under way, each under its key. */
export class Flights {
  readonly #all = new Map<string, Flight>();

  get(key: string): Flight | undefined {
    return this.#all.get(key);
  }

  launch(key: string, role: Role, run: (flight: Flight) => Promise<Answer>): Flight {
    const flight = new Flight(role);
    this.#all.set(key, flight);
    flight.start(() => run(flight).finally(() => this.#all.delete(key)));
    return flight;
  }

  /** Ends the waiting of those meant, and with `sent` what is on its way too. */
  callOff(reason: Error, which: (flight: Flight) => boolean = () => true, sent = false): void {
    for (const flight of this.#all.values()) if (which(flight)) flight.callOff(reason, sent);
  }

  /** Resolves when none is under way. */
  async landed(): Promise<void> {
    while (this.#all.size > 0) await Promise.all([...this.#all.values()].map((f) => f.landed()));
  }

  /** Waits `grace` milliseconds for what was sent, then lets go of it. */
  async end(reason: Error, grace: number): Promise<void> {
    this.callOff(reason);
    const early = new AbortController();
    const late = sleep(grace, early.signal).catch(() => undefined);
    await Promise.race([this.landed(), late]);
    early.abort(reason);
    this.callOff(reason, () => true, true);
    await this.landed();
  }
}
