import { Client } from 'langsmith';
import { setTimeout as sleep } from 'node:timers/promises';
import { accepted, answerOf, type Answer } from '../../run/tracing/langsmithRefusals.ts';
import type { Created } from '../../run/tracing/sentRun.ts';

export type Feedback = NonNullable<Parameters<Client['multipartIngestRuns']>[0]['feedbacks']>[number];

/** One evaluated instruction on its way: its trace whole, and its feedback. */
export interface Parcel {
  runs: Created[];
  feedback: Feedback[];
  /** Told once LangSmith has it. */
  sent: () => void;
}

/** Sends parcels; whether LangSmith took them, or what was wrong. */
export type Deliver = (parcels: readonly Parcel[]) => Promise<Answer>;

/** Parcels in one request, and those that may wait: what LangSmith cannot take must not fill the memory. */
const [AT_ONCE, WAITING] = [20, 2000];
/** Milliseconds before the second, the third, … try. */
const PAUSES = [1000, 4000, 16_000, 60_000];

/** Sends what is put into it, a request at a time, so that it is known what has arrived. What LangSmith refuses for good ends it. */
export class Outbox {
  /** Why nothing more is sent. */
  fault: string | undefined;
  readonly #deliver: Deliver;
  readonly #waiting: Parcel[] = [];
  #work: Promise<void> | undefined;

  constructor(deliver: Deliver) {
    this.#deliver = deliver;
  }

  add(parcel: Parcel): void {
    if (this.fault !== undefined || this.#waiting.length >= WAITING) return;
    this.#waiting.push(parcel);
    this.#work ??= this.#send().finally(() => (this.#work = undefined));
  }

  /** Settles when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#work) await this.#work;
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const parcels = this.#waiting.slice(0, AT_ONCE);
      this.fault = await this.#tried(parcels);
      if (this.fault !== undefined) return void this.#waiting.splice(0);
      this.#waiting.splice(0, parcels.length);
      for (const { sent } of parcels) sent();
    }
  }

  async #tried(parcels: readonly Parcel[]): Promise<string | undefined> {
    for (const pause of [...PAUSES, undefined]) {
      const { fault, forGood = false } = await this.#deliver(parcels);
      if (fault === undefined) return undefined;
      if (forGood || pause === undefined) return fault;
      await sleep(pause, undefined, { ref: false });
    }
    return undefined;
  }
}

/** Delivery in LangSmith's multipart requests. Its client keeps to itself what became of one, so the answer is looked at on its way. */
export function multipart(): Deliver {
  let answer: Answer = {};
  const client = new Client({
    timeout_ms: 30_000,
    tracingMode: 'langsmith',
    fetchImplementation: async (to, init) => {
      try {
        answer = answerOf(await fetch(to, init));
      } catch (error) {
        answer = { fault: error instanceof Error ? error.message : String(error) };
      }
      return accepted();
    },
  });
  return async (parcels) => {
    answer = { fault: 'nothing was sent' };
    const [runCreates, feedbacks] = [parcels.flatMap((p) => p.runs), parcels.flatMap((p) => p.feedback)];
    await client.multipartIngestRuns({ runCreates, feedbacks });
    return answer;
  };
}
