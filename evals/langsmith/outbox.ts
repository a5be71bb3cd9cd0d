import { Client } from 'langsmith';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAcceptedResponse, toDeliveryResult, type DeliveryResult } from '../../run/tracing/langsmithRefusals.ts';
import type { LangSmithRun } from '../../run/tracing/sentRun.ts';
import { getErrorMessage } from '../../state/failure.ts';

export type RunFeedback = NonNullable<Parameters<Client['multipartIngestRuns']>[0]['feedbacks']>[number];

/** One evaluated instruction on its way: its trace whole, and its feedback. */
export interface OutboxItem {
  runs: LangSmithRun[];
  feedback: RunFeedback[];
  /** Told once LangSmith has it. */
  onSent: () => void;
}

/** Sends parcels; whether LangSmith took them, or what was wrong. */
export type OutboxTransport = (parcels: readonly OutboxItem[]) => Promise<DeliveryResult>;

/** Parcels in one request, and those that may wait: what LangSmith cannot take must not fill the memory. */
const [ITEMS_PER_REQUEST, MAX_WAITING_ITEMS] = [20, 2000];
/** Milliseconds before the second, the third, … try. */
const RETRY_DELAYS_MS = [1000, 4000, 16_000, 60_000];

/** Sends what is put into it, a request at a time, so that it is known what has arrived. What LangSmith refuses for good ends it. */
export class Outbox {
  /** Why nothing more is sent. */
  fault: string | undefined;
  readonly #deliver: OutboxTransport;
  readonly #waiting: OutboxItem[] = [];
  #sending: Promise<void> | undefined;

  constructor(deliver: OutboxTransport) {
    this.#deliver = deliver;
  }

  add(parcel: OutboxItem): void {
    if (this.fault !== undefined || this.#waiting.length >= MAX_WAITING_ITEMS) return;
    this.#waiting.push(parcel);
    this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
  }

  /** Settles when nothing waits any more. */
  async waitUntilIdle(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const parcels = this.#waiting.slice(0, ITEMS_PER_REQUEST);
      this.fault = await this.#deliverWithRetries(parcels);
      if (this.fault !== undefined) return void this.#waiting.splice(0);
      this.#waiting.splice(0, parcels.length);
      for (const { onSent: sent } of parcels) sent();
    }
  }

  async #deliverWithRetries(parcels: readonly OutboxItem[]): Promise<string | undefined> {
    for (const pause of [...RETRY_DELAYS_MS, undefined]) {
      const { fault, isPermanent: forGood = false } = await this.#deliver(parcels);
      if (fault === undefined) return undefined;
      if (forGood || pause === undefined) return fault;
      await sleep(pause, undefined, { ref: false });
    }
    return undefined;
  }
}

/** Delivery in LangSmith's multipart requests. Its client keeps to itself what became of one, so the answer is looked at on its way. */
export function createMultipartTransport(): OutboxTransport {
  let answer: DeliveryResult = {};
  const client = new Client({
    timeout_ms: 30_000,
    tracingMode: 'langsmith',
    fetchImplementation: async (to, init) => {
      try {
        answer = toDeliveryResult(await fetch(to, init));
      } catch (error) {
        answer = { fault: getErrorMessage(error) };
      }
      return createAcceptedResponse();
    },
  });
  return async (parcels) => {
    answer = { fault: 'nothing was sent' };
    const [runCreates, feedbacks] = [parcels.flatMap((p) => p.runs), parcels.flatMap((p) => p.feedback)];
    await client.multipartIngestRuns({ runCreates, feedbacks });
    return answer;
  };
}
